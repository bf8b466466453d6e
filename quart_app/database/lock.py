"""A lock file beside the database: one process at a time may hold it."""

import fcntl
import os
from pathlib import Path

from quart_app.errors import StorageRefused


class ProcessLock:
    """Held from ``acquire`` to ``release`` or the end of the process, however it ends."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock; StorageRefused says which process has it."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(descriptor, 32).decode(errors="replace").strip()
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

    def release(self) -> None:
        """Give the lock back; the file stays, since removing it would let two processes in."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
