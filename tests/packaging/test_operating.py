"""docs/operating.md: its commands are run in its order, and every alarm has its line."""

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.box import Box
from tests.service import ROOT, Service, command

TEXT = (ROOT / "docs" / "operating.md").read_text()
ALARMS = TEXT.partition("## What each alarm means")[2]
START, LATER = ALARMS.partition("### It serves")[::2]
# They need a network, an engine, a mail server or half a minute: test_one_file.py,
# test_container.py and test_digest.py run them.
ELSEWHERE = ("make dist", "docker compose", "python -m quart_app digest")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def named(part: str) -> set[str]:
    """What the first column of the tables has between backticks, or as it stands."""
    cells = re.findall(r"^\| (.+?) \|", part, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell) or [cell]}


def test_an_owner_does_all_that_the_page_says(tmp_path: Path) -> None:
    box = Box(tmp_path)
    printed = []
    try:
        for block in blocks("sh"):
            if re.fullmatch(r"(SALES_\w+=\S+\n)+", block):
                box.set(block)
            elif not block.startswith(ELSEWHERE) and "doctor" not in block:
                printed.append(box.run(block))
    finally:
        box.run("systemctl stop quart_app")
    said = "".join(printed)
    assert "sk_1_" in said
    assert "Every figure adds up" in said
    assert '"check":"last_write"' in said.replace(" ", "")
    assert len(printed) >= 8
    kept = list((tmp_path / "var/lib/quart_app").glob("sales.db.before-restore-*"))
    assert len(kept) == 2
    assert not (tmp_path / "tmp/drill").exists()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_units_that_are_shown_are_sound(tmp_path: Path) -> None:
    more, service, timer = blocks("ini")
    own = (ROOT / "packaging" / "quart_app.service").read_text()
    for name, text in (
        ("quart_app.service", own.replace("/opt/quart_app/quart_app.pyz", "/bin/true") + more),
        ("quart_app-away.service", service.replace("/usr/bin/rsync", "/bin/true")),
        ("quart_app-away.timer", timer),
    ):
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", *tmp_path.iterdir()],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def refusals() -> list[str]:
    """What may be said at the start, from the code."""
    found = []
    for file in (
        "settings.py",
        "serving.py",
        "web/limits.py",
        "database/schema.py",
        "database/lock.py",
    ):
        for node in ast.walk(ast.parse((ROOT / "quart_app" / file).read_text())):
            if isinstance(node, ast.Raise) and isinstance(call := node.exc, ast.Call):
                if getattr(call.func, "id", "") in {"SettingRefused", "StorageRefused"}:
                    parts = [one for one in ast.walk(call.args[0]) if isinstance(one, ast.Constant)]
                    found.append("…".join(str(one.value) for one in parts))
    return found


def test_every_refusal_at_the_start_has_its_line() -> None:
    phrases = [part for phrase in named(START) for part in phrase.split(" … ")]
    said = refusals()
    assert len(said) >= 15
    # Of a value that cannot be, the setting's name and the engine's reason are all that is said.
    assert [one for one in said if one != ": " and not any(p in one for p in phrases)] == []


def test_every_check_metric_and_verdict_has_its_line(service: Service) -> None:
    listed = named(LATER)
    checks = service.client.get(f"{service.url}/readyz").json()["checks"]
    assert {one["check"] for one in checks} - listed == set()
    rows = re.findall(
        r"^\| `(\w+)` \| .* \| (.+) \|$", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE
    )
    metrics = {name for name, alarm in rows if "_" in name and name not in listed and alarm.strip()}
    assert len(rows) > 15
    assert metrics == set()
    done = command("doctor", "--format", "json", database=service.database)
    verdicts = {one["name"] for one in json.loads(done.stdout)}
    assert verdicts - listed == set()
