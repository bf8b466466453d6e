"""``make dist``: one file, on a machine that has Python and nothing else."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

import pytest

from quart_app.dashboard.viewer import LANGUAGES
from tests.people import PASSWORD
from tests.service import ROOT

PYTHON = str(Path(sys.executable).resolve())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that the checkout's own ``dist`` is left alone."""
    place = tmp_path_factory.mktemp("dist") / "checkout"
    ignored = shutil.ignore_patterns(".*", "data", "build", "dist", "__pycache__", "tests")
    shutil.copytree(ROOT, place, ignore=ignored)
    (place / ".venv").symlink_to(Path(sys.prefix))
    subprocess.run(["make", "dist"], cwd=place, check=True, capture_output=True, timeout=300)
    return place / "dist" / "quart_app.pyz"


@pytest.fixture
def alone(built: Path, tmp_path: Path) -> Path:
    """The file in an empty folder."""
    return Path(shutil.copy2(built, tmp_path))


def run(file: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, file.name, *words],
        cwd=file.parent,
        env={"SHIV_ROOT": str(file.parent / "unpacked"), "SALES_CURRENCY": "USD"} | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_command_starts(alone: Path) -> None:
    shown = run(alone, "--help")
    assert shown.returncode == 0, shown.stderr
    names = re.findall(r"^  ([a-z]+) ", shown.stdout.partition("Commands:")[2], re.MULTILINE)
    assert {"serve", "import", "report", "seed", "check", "migrate", "config"} <= set(names)
    for name in names:
        done = run(alone, name, "--help")
        assert done.returncode == 0, done.stderr


def test_it_loads_the_demonstration_serves_and_its_figures_add_up(alone: Path) -> None:
    seeded = run(alone, "seed")
    assert re.search(r"3,\d{3} receipts counted", seeded.stdout), seeded.stderr
    table = run(alone, "report", "top-stores", "--period", "last-month", "--format", "json")
    assert len(json.loads(table.stdout)["rows"]) == 10, table.stderr
    book = run(alone, "report", "summary", "--format", "xlsx", "--output", "summary.xlsx")
    assert (alone.parent / "summary.xlsx").stat().st_size > 1_000, book.stderr
    assert "Every figure adds up" in run(alone, "check").stdout
    assert run(alone, "migrate", "current").returncode == 0
    process = subprocess.Popen(
        [PYTHON, alone.name, "serve"],
        cwd=alone.parent,
        env={
            "SHIV_ROOT": str(alone.parent / "unpacked"),
            "SALES_CURRENCY": "USD",
            "SALES_PORT": "0",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = iter(process.stdout)
        served = next(found for line in lines if (found := re.search(r"Serving on (\S+)", line)))
        with urllib.request.urlopen(f"{served[1]}/api/v1/reports/top-products") as answer:
            assert answer.status == 200
        code = next(one[1] for line in lines if (one := re.search(r"this code: (\S+)", line)))
        made = {"code": code, "name": "Olga", "email": "olga@example.com", "password": PASSWORD}
        form = urllib.request.Request(
            f"{served[1]}/welcome",
            data=urllib.parse.urlencode(made).encode(),
            headers={"Origin": served[1]},
        )
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        opener.open(form).close()
        for language in LANGUAGES:
            with opener.open(f"{served[1]}/?lang={language}") as page:
                text = page.read().decode()
            assert f'lang="{language}"' in text
            assert 'class="curve"' in text
    finally:
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 0, said


def test_it_starts_on_every_python_that_is_named(alone: Path) -> None:
    """Those of 3.11 to 3.13 that are here; one that is too old is told so in a line."""
    starts, refused = 0, 0
    for minor in range(9, 15):
        for python in _pythons(minor):
            done = subprocess.run(
                [python, alone.name, "--version"],
                cwd=alone.parent,
                env={"SHIV_ROOT": str(alone.parent / "unpacked")},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            if 11 <= minor <= 13:
                assert done.returncode == 0, (python, done.stderr)
                starts += 1
            else:
                assert done.stderr == f"Python 3.11, 3.12 or 3.13 is needed; this is 3.{minor}\n"
                refused += 1
    assert starts >= 1
    if starts == 1 or not refused:
        pytest.skip(f"only {starts} Python(s) that it starts on and {refused} others are here")


def _pythons(minor: int) -> list[str]:
    found = shutil.which(f"python3.{minor}")
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    return [str(one) for one in versions.glob(f"3.{minor}.*/bin/python3")] or [
        one for one in [found] if one is not None
    ]


def test_what_was_built_twice_is_the_same_and_has_no_place_of_this_machine(built: Path) -> None:
    first = built.read_bytes()
    checkout = built.parents[1]
    subprocess.run(["make", "dist"], cwd=checkout, check=True, capture_output=True, timeout=300)
    assert built.read_bytes() == first
    unpacked = checkout / "unpacked"
    shutil.unpack_archive(built, unpacked, "zip")
    for file in unpacked.rglob("*"):
        assert not file.is_file() or str(checkout).encode() not in file.read_bytes(), file


def test_what_is_compiled_is_there_for_every_python_and_machine(built: Path) -> None:
    """Under a name of its own each, or one machine's would take the place of another's."""
    names = zipfile.ZipFile(built).namelist()
    compiled = {Path(name).name for name in names if name.endswith(".so")}
    for module in ("_ffi", "_cffi_backend", "_speedups", "_core"):
        for python in ("311", "312", "313"):
            for machine in ("x86_64", "aarch64"):
                assert f"{module}.cpython-{python}-{machine}-linux-gnu.so" in compiled
    assert not [name for name in compiled if ".abi3." in name]
    locales = {Path(name).stem for name in names if "/locale-data/" in name and ".dat" in name}
    assert locales == {"root", *LANGUAGES}
