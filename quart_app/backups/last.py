"""The last good backup, noted in a small file beside the database."""

import os
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from quart_app.values.instant import Instant

_LAST_US = 250_000_000_000_000_000
"""Far ahead of any clock that is right, and an instant that can be shown."""


class LastBackup(msgspec.Struct, frozen=True):
    """A backup that was made, verified and put in its place."""

    taken_at_us: Annotated[int, Meta(ge=0, le=_LAST_US)]
    file: str
    size_bytes: int
    receipts: int

    @property
    def taken_at(self) -> Instant:
        """Its instant: what was answered before is in it."""
        return Instant(self.taken_at_us)


def last_backup(database: Path) -> LastBackup | None:
    """The last good backup of a database; None if there is none, or its note cannot be read.

    Cheap, and safe in the process that serves: the database itself is not opened.
    """
    try:
        note = _note(database).read_bytes()
        return msgspec.json.decode(note, type=LastBackup)
    except (OSError, msgspec.DecodeError):
        return None


def note_backup(database: Path, made: LastBackup) -> None:
    """Note a good backup; OSError where the folder cannot be written."""
    note = _note(database)
    new = note.with_name(note.name + ".new")
    new.write_bytes(msgspec.json.encode(made) + b"\n")
    whose = database.stat()
    new.chmod(whose.st_mode & 0o666)
    if os.geteuid() == 0:
        # Made by root, it is the service's all the same.
        os.chown(new, whose.st_uid, whose.st_gid)
    new.replace(note)


def _note(database: Path) -> Path:
    path = database.expanduser().resolve()
    return path.with_name(path.name + ".last-backup")
