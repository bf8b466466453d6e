"""A lock file beside the database: one process at a time may hold it, and says who it is.

A service that holds it writes down where it listens and a pass: whoever may read this file may open
the database too, and is the operator.
"""

import fcntl
import os
from pathlib import Path

import msgspec

from quart_app.errors import StorageRefused

_MAX_BYTES = 4_096


class Holder(msgspec.Struct, frozen=True):
    """Where the service listens that holds a database, and the operator's pass to it."""

    url: str
    operator_pass: str


def holder_of(database: Path) -> Holder | None:
    """The service that holds a database, as it wrote itself down; None where it cannot be told."""
    try:
        lines = _lock_file(database.expanduser().resolve()).read_bytes()[:_MAX_BYTES].splitlines()
    except (FileNotFoundError, PermissionError):
        return None
    return Holder(lines[1].decode(), lines[2].decode()) if len(lines) == 3 else None


def _lock_file(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


class ProcessLock:
    """Held from ``acquire`` to ``release`` or the end of the process, however it ends."""

    def __init__(self, database: Path) -> None:
        self._path = _lock_file(database)
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock; StorageRefused says which process has it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # Its first line alone: what follows is no message for others.
            holder = os.read(descriptor, 32).partition(b"\n")[0].decode(errors="replace").strip()
            os.close(descriptor)
            raise StorageRefused(
                f"{self._path} is held by process {holder or 'unknown'}: another service or "
                "command has this database open; stop it, or go through it (import --to URL, "
                "report and check --service URL)",
                code="database_in_use",
            ) from error
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor

    def announce(self, holder: Holder) -> None:
        """Write down where this process listens, for nobody but who may write the database."""
        assert self._descriptor is not None
        os.fchmod(self._descriptor, 0o600)
        text = f"{os.getpid()}\n{holder.url}\n{holder.operator_pass}\n"
        os.pwrite(self._descriptor, text.encode(), 0)

    def release(self) -> None:
        """Give the lock back; the file stays, since removing it would let two processes in."""
        if self._descriptor is not None:
            os.truncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None
