"""A command that is killed before each of its system calls on files, one after another."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.service import ROOT, environment

MOVES = ("link,linkat", "rename,renameat,renameat2")
"""What gives files their names; each text is one call by its several names."""
ALL = (*MOVES, "unlink,unlinkat", "fsync,fdatasync")
"""What removes them and brings them to the disk, too."""


def killed_before_each(
    words: list[str],
    database: Path,
    prepare: Callable[[], object],
    calls: tuple[str, ...] = ALL,
    every: int = 1,
) -> Iterator[str]:
    """Run a command, killed before its first call of a kind, its second and so on.

    Each run is prepared for, the last of each kind comes to its end. Yields after each kill.
    """
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("not run: needs strace")
    traced = (strace, "-f", "-qq", "-o", "/dev/null")
    # Without -B it would write its compiled files, which are no part of this.
    python = (sys.executable, "-B", "-m", "quart_app")
    for call in calls:
        known = ",".join(f"?{name}" for name in call.split(","))
        number = 1
        while True:
            prepare()
            inject = f"inject={known}:signal=KILL:when={number}"
            done = subprocess.run(
                [*traced, "-e", f"trace={known}", "-e", inject, *python, *words],
                cwd=ROOT,
                env=environment(database, {}),
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            if done.returncode == 0:
                break
            if "ptrace" in done.stderr.lower():
                pytest.skip(f"not run: {done.stderr.strip()}")
            assert done.returncode == -9, (done.returncode, done.stderr)
            yield f"before {call} no. {number}"
            number += every
