"""The unit's sandbox holds nothing back that the service does: seen by its own system calls."""

import os
import re
import shutil
import subprocess
import time
from functools import cache
from pathlib import Path

import httpx
import pytest

from tests.people import owner
from tests.service import ROOT, Service, receipt, with_catalogue

UNIT = (ROOT / "packaging" / "quart_app.service").read_text()
WRAPPER = (ROOT / "packaging" / "quart_app").read_text()
_CALL = re.compile(r"^\d+ +(\w+)\((.*)", re.MULTILINE)

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None or shutil.which("strace") is None,
    reason="systemd-analyze and strace are not both installed",
)


@cache
def members(group: str) -> frozenset[str]:
    """The system calls of a group of systemd's."""
    if not group.startswith("@"):
        return frozenset([group])
    shown = subprocess.run(
        ["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True
    ).stdout
    names = re.findall(r"^    ([@\w-]+)$", shown, re.MULTILINE)
    return frozenset(call for name in names for call in members(name))


def allowed() -> frozenset[str]:
    """What the unit's lines leave, one after the other, and what systemd always allows."""
    calls = members("@default")
    for words in re.findall(r"^SystemCallFilter=(.+)$", UNIT, re.MULTILINE):
        named = frozenset[str]().union(*(members(name) for name in words.lstrip("~").split()))
        calls = calls - named if words.startswith("~") else calls | named
    return calls


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """Every system call of a service that sells, signs in, reports, backs up and ends."""
    place = tmp_path_factory.mktemp("traced")
    (place / "backups").mkdir()
    trace = place / "trace"
    service = Service(
        place / "data" / "sales.db",
        # The watched ones alone are stopped for; the rest would take ten times as long.
        prefix=(
            "strace",
            "-D",
            "-f",
            "-q",
            "--seccomp-bpf",
            "-e",
            f"trace={_watched()}",
            "-o",
            str(trace),
        ),
        backup_dir=str(place / "backups"),
    )
    token = owner(service)
    with_catalogue(service)
    assert service.post("/sales", receipt("traced")).status_code == 201
    for path in ("/", "/reports/summary", "/docs", "/metrics"):
        page = httpx.get(service.url + path, cookies={"session": token}, timeout=60)
        assert page.status_code == 200, path
    book = service.get("/reports/summary", params={"month": "2026-10", "format": "xlsx"})
    assert book.status_code == 200
    end = time.monotonic() + 60
    while not (made := list((place / "backups").glob("*.backup"))) and time.monotonic() < end:
        time.sleep(0.1)
    assert made
    assert service.stop()[0] == 0
    # The one that watches ends after the one that is watched. It writes short numbers with blanks.
    last = re.compile(rf"^{service.process.pid} +\+\+\+ exited", re.MULTILINE)
    end = time.monotonic() + 60
    while not last.search(trace.read_text()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return _CALL.findall(trace.read_text())


def _watched() -> str:
    """All calls but those that are allowed, and of these the ones whose words count."""
    free = allowed() - {"mmap", "mprotect", "socket"}
    known = subprocess.run(
        ["systemd-analyze", "syscall-filter", "@known"], capture_output=True, text=True, check=True
    ).stdout
    names = set(re.findall(r"^    (\w+)$", known, re.MULTILINE)) - free
    return ",".join(f"?{name}" for name in sorted(names))


def test_no_call_is_refused(calls: list[tuple[str, str]]) -> None:
    assert "mount" not in allowed()
    found = {name for name, _ in calls}
    assert {"mmap", "socket"} <= found
    # The engine gives its files their folder's owner where it may: as root, which it is not there.
    as_root = {"chown", "fchown"} if os.geteuid() == 0 else set()
    assert found - as_root <= allowed()


def test_no_memory_is_written_and_run(calls: list[tuple[str, str]]) -> None:
    assert "MemoryDenyWriteExecute=yes\n" in UNIT
    for name, words in calls:
        if "PROT_EXEC" in words:
            assert name == "mmap", words
            assert "PROT_WRITE" not in words


def test_no_other_kind_of_network_is_spoken(calls: list[tuple[str, str]]) -> None:
    (kinds,) = re.findall(r"^RestrictAddressFamilies=(.+)$", UNIT, re.MULTILINE)
    spoken = {words.partition(",")[0] for name, words in calls if name == "socket"}
    assert "AF_INET" in spoken
    assert spoken <= set(kinds.split())


def test_the_command_is_given_what_the_unit_has(tmp_path: Path) -> None:
    """``systemd-run`` takes the same properties as a unit; those of the command are sound."""
    properties = re.findall(r"--property=(\S+)", WRAPPER)
    assert len(properties) > 5
    for one in properties:
        if not one.startswith("AmbientCapabilities="):
            assert f"{one}\n" in UNIT, one
    unit = tmp_path / "command.service"
    unit.write_text("[Service]\nExecStart=/bin/true\n" + "\n".join(properties) + "\n")
    done = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
