"""Backups where the system forbids what they would like to do."""

import ctypes
import os
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.service import ROOT, Service, environment, serving


@pytest.fixture
def kept(database: Path) -> Path:
    """A database that nobody serves."""
    with serving(database):
        pass
    return database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="the longest variable is Linux's")
def test_a_backup_that_cannot_even_be_started_is_said(kept: Path, folder: Path) -> None:
    """The schedule ended there without a word, and no backup was made any more."""
    # A backup is told where all was found: with that its variable is longer than may be.
    longest = {"PYTHONPATH": "/".ljust(131_050, "x")}
    service = Service(kept, extra=longest, backup_dir=str(folder))
    time.sleep(1)
    status, said = service.stop()
    assert status == 0
    assert "no backup was made (it could not be started)" in said


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone forbids single calls")
def test_it_is_made_where_no_process_may_change_its_priority(kept: Path, folder: Path) -> None:
    """The unit for systemd forbids it (SystemCallFilter=~@resources); no backup was ever made."""
    done = subprocess.run(
        [sys.executable, "-m", "quart_app", "backup", str(folder / "one")],
        cwd=ROOT,
        env=environment(kept, {}),
        preexec_fn=forbid_priorities,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def forbid_priorities() -> None:
    """From here on setpriority(2) is EPERM for this process, by a filter of seccomp(2)."""
    number = {"x86_64": 141, "aarch64": 140}[os.uname().machine]
    load, same, refuse, allow = (0x20, 0, 0, 0), (0x15, 0, 1, number), 0x00050001, 0x7FFF0000
    steps = [load, same, (0x06, 0, 0, refuse), (0x06, 0, 0, allow)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *one) for one in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(code))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    assert prctl(38, 1, 0, 0, 0) == 0
    assert prctl(22, 2, ctypes.c_char_p(program), 0, 0) == 0
    with pytest.raises(PermissionError):
        os.nice(1)
