"""A file that is being made: under a name of its own until it is whole, then in its place."""

import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quart_app.database.schema import sync
from quart_app.errors import StorageFull

_UNFINISHED = re.compile(r"\..+\.[0-9a-f]{16}\.unfinished")
_BESIDE = ("", "-wal", "-shm", "-journal")
_MIB = 1 << 20


@contextmanager
def unfinished(place: Path) -> Iterator[Path]:
    """An empty file beside ``place``, readable by its owner alone, gone when the block ends.

    What is to stay is moved away with ``put_in_place`` or ``replace``. The file is locked while it
    is being made, so that the next one knows what a killed process left, and removes it.
    """
    remove_what_was_left(place.parent)
    path = place.with_name(f".{place.name}.{secrets.token_hex(8)}.unfinished")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield path
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull(f"{place.parent} has no room for {place.name}: make room") from error
        raise
    finally:
        _remove(path)
        os.close(descriptor)


def put_in_place(file: Path, place: Path) -> None:
    """Give a whole file its name, once its bytes are on the disk: it is there whole or not."""
    sync(file)
    file.replace(place)
    sync(place.parent)


def remove_what_was_left(folder: Path) -> None:
    """Remove the unfinished files of processes that were killed; nobody holds their locks."""
    for path in folder.iterdir():
        if _UNFINISHED.fullmatch(path.name) is None:
            continue
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            # Somebody is at it.
            continue
        else:
            _remove(path)
        finally:
            os.close(descriptor)


def require_room(folder: Path, size_bytes: int) -> None:
    """StorageFull where a folder's disk has not so much room, before anything is written."""
    free = shutil.disk_usage(folder).free
    if free < size_bytes:
        raise StorageFull(
            f"{folder} has {free // _MIB:,} MiB free, and {-(-size_bytes // _MIB):,} MiB are "
            "needed: make room or name another disk; nothing was written"
        )


def size_of(database: Path) -> int:
    """Bytes of a database file with its log."""
    log = database.with_name(database.name + "-wal")
    return database.stat().st_size + (log.stat().st_size if log.exists() else 0)


def _remove(path: Path) -> None:
    for ending in _BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)
