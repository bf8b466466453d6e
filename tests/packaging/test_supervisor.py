"""systemd's side of it: what the service tells its manager, and the unit."""

import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.service import ROOT, Service

UNIT = ROOT / "packaging" / "quart_app.service"


@pytest.fixture(params=["a path", "an abstract name"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """What systemd would listen on."""
    name = f"@{tmp_path.name}" if request.param == "an abstract name" else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(name.replace("@", "\0", 1))
        channel.settimeout(10)
        yield name, channel


def drained(channel: socket.socket) -> list[bytes]:
    """What has come and was not read yet."""
    channel.settimeout(0)
    found = []
    with suppress(BlockingIOError):
        while True:
            found.append(channel.recv(1_000))
    return found


def test_the_manager_is_told_when_it_serves_that_it_lives_and_when_it_stops(
    manager: tuple[str, socket.socket], database: Path
) -> None:
    name, channel = manager
    told = {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "200000"}
    service = Service(database, extra=told)
    first = channel.recv(1_000).decode()
    assert first == f"READY=1\nSTATUS=Serving on {service.url}"
    assert [channel.recv(1_000) for _ in range(3)] == [b"WATCHDOG=1"] * 3
    status, said = service.stop()
    assert status == 0, said
    # Ten seconds for open requests, and a minute for what is behind them. Until the end it lives.
    assert set(drained(channel)) - {b"WATCHDOG=1"} == {b"STOPPING=1\nEXTEND_TIMEOUT_USEC=70000000"}


def test_a_service_that_hangs_is_not_said_to_live(tmp_path: Path, database: Path) -> None:
    """The control: the manager hears nothing from a process that stands still."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
        service = Service(database, extra=told)
        service.process.send_signal(signal.SIGSTOP)
        said_before = drained(channel)
        assert said_before[0].startswith(b"READY=1")
        channel.settimeout(1)
        with pytest.raises(TimeoutError):
            channel.recv(1_000)
        service.process.send_signal(signal.SIGCONT)
        assert channel.recv(1_000) == b"WATCHDOG=1"
        assert service.stop()[0] == 0


def test_the_unit_is_sound_and_sandboxed(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    program = tmp_path / "quart_app.pyz"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/quart_app/quart_app.pyz", str(program)))
    verified = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    verdict = re.search(r"Overall exposure level for \S+: ([\d.]+) OK", judged.stdout)
    assert verdict is not None, judged.stdout + judged.stderr
    assert float(verdict[1]) <= 1.5
