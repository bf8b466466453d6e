"""A fresh machine: the README's two commands, in a path with a space, and again without network."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.service import ROOT, environment


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The tracked files, as they stand, where somebody put them."""
    place = tmp_path / "a shop's folder" / "quart_app"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in listed.split("\0"):
        if name and (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    return place


def run_to_first_answer(clone: Path, extra: dict[str, str]) -> str:
    """``make run`` until it answers, then Ctrl+C; what it printed."""
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=environment(clone / "data/sales.db", {}) | extra,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if served := re.search(r"Serving on (\S+)", line):
            stores = httpx.get(f"{served[1]}/api/v1/reports/top-stores", params={"limit": 3})
            assert stores.status_code == 200
            months = [
                httpx.get(
                    f"{served[1]}/api/v1/reports/top-stores", params={"period": period}
                ).json()["rows"]
                for period in ("last-month", "this-year")
            ]
            assert len(months[0]) == 10
            os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=60)
    process.stdout.close()
    assert "Serving on" in printed, printed
    assert "Traceback" not in printed, printed
    return printed


def test_make_run_on_a_fresh_machine_and_again_without_network(clone: Path) -> None:
    first = run_to_first_answer(clone, {})
    assert re.search(r"3,\d{3} receipts counted", first)
    offline = {"PIP_NO_INDEX": "1", "PIP_INDEX_URL": "http://127.0.0.1:9", "PIP_FIND_LINKS": ""}
    again = run_to_first_answer(clone, offline)
    assert "Installing" in first
    assert "Installing" not in again
    assert re.search(
        r"Importing sales\n\d receipts counted, 3,\d{3} were there already, 0 held, 0 refused",
        again,
    )
    assert "make run" in subprocess.run(
        ["make", "help"], cwd=clone, capture_output=True, text=True, check=True
    ).stdout.replace("run  ", "make run ")
