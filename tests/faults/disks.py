"""A small disk, to be filled up."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.service import ROOT, environment

_MIB = 1 << 20
NAMED = {"PYTHONPATH": str(ROOT)}
"""Who enters a namespace finds himself at its root: the package must be found from there."""


@dataclass(frozen=True)
class SmallDisk:
    """A disk that only the processes begun with ``prefix`` see in its place."""

    folder: Path
    """Where those processes find it."""
    outside: Path
    """Where everyone else does."""
    prefix: tuple[str, ...]

    def fill_up(self, leave: int = 0) -> None:
        """Leave no byte free, or about so many."""
        with (self.outside / "ballast").open("ab", buffering=0) as ballast:
            size = _MIB
            while size:
                try:
                    ballast.write(bytes(size))
                except OSError:
                    size //= 2
            ballast.truncate(ballast.tell() - leave)

    def run(self, *words: str, database: Path) -> subprocess.CompletedProcess[str]:
        """Run a command to its end where this is the disk."""
        return subprocess.run(
            [*self.prefix, sys.executable, "-m", "quart_app", *words],
            env=environment(database, {}) | NAMED,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def make_space(self) -> None:
        """Take the ballast away."""
        (self.outside / "ballast").unlink()


@contextmanager
def small_disk(folder: Path, mebibytes: int) -> Iterator[SmallDisk]:
    """A tmpfs in a mount namespace of its own, which goes when its first process does."""
    folder.mkdir()
    as_root = os.geteuid() == 0
    namespace = ["unshare", "--mount"] if as_root else ["unshare", "--mount", "--map-root-user"]
    script = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && echo mounted && exec cat'
    for tool in ("unshare", "nsenter", "mount"):
        if shutil.which(tool) is None:
            pytest.skip(f"not run: needs {tool}")
    with subprocess.Popen(
        [*namespace, "sh", "-c", script, "sh", f"{mebibytes}m", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        if holder.stdout.readline() != "mounted\n":
            pytest.skip(f"not run: no small disk here: {holder.communicate()[1].strip()}")
        enter = ["nsenter", f"--target={holder.pid}", "--mount"]
        if not as_root:
            enter += ["--user", "--preserve-credentials"]
        try:
            yield SmallDisk(folder, Path(f"/proc/{holder.pid}/root{folder}"), tuple(enter))
        finally:
            holder.communicate()
