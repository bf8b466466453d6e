"""Making a backup: copied, verified, sealed and synced before it has its name."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from quart_app import __version__
from quart_app.backups import rotation
from quart_app.backups.last import LastBackup, note_backup
from quart_app.backups.seal import Label, is_sealed, seal
from quart_app.checking.copies import Contents, require_sound
from quart_app.clock import Clock
from quart_app.database import migrating
from quart_app.database.copying import copy
from quart_app.database.schema import require_one_name
from quart_app.database.unfinished import put_in_place, require_room, size_of, unfinished
from quart_app.errors import StorageRefused
from quart_app.values.instant import Instant, format_instant

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is."""


class Made(msgspec.Struct, frozen=True):
    """A good backup."""

    file: Path
    size_bytes: int
    taken_at: Instant
    contents: Contents
    removed: tuple[Path, ...]
    """Older ones, which made room for it."""
    is_noted: bool
    """Whether it could be noted beside the database as the last one."""


def back_up(database: Path, to: Path, keep: int | None, clock: Clock, told: Progress) -> Made:
    """Back up a database, served or not, into a file or, dated, into a folder.

    Until all of it is good there is nothing under its name. Raises StorageRefused, StorageFull or
    StorageFailed.
    """
    schema = migrating.current(database.expanduser())
    path = database.expanduser().resolve()
    require_one_name(path)
    place = _place(path, to.expanduser(), keep, clock)
    require_room(place.parent, size_of(path))
    with unfinished(place) as file:
        taken_at = copy(path, file, clock, lambda *done: told("Copying", *done))
        contents = _verified(file, schema, told)
        label = Label(
            backup=1,
            release=__version__,
            taken_at=format_instant(taken_at),
            schema=contents.schema,
            currency=contents.currency,
            receipts=contents.receipts,
            newest_received_at=None
            if contents.newest_received_at is None
            else format_instant(contents.newest_received_at),
            database_bytes=file.stat().st_size,
        )
        size = seal(file, label, lambda *done: told("Sealing", *done))
        put_in_place(file, place)
    last = LastBackup(int(taken_at), str(place.resolve()), size, contents.receipts)
    removed = [] if keep is None else rotation.surplus(place.parent, path, place, keep)
    for old in removed:
        old.unlink()
    return Made(place, size, taken_at, contents, tuple(removed), _noted(path, last))


def _place(database: Path, to: Path, keep: int | None, clock: Clock) -> Path:
    if to.is_dir():
        return rotation.dated(to.resolve(), database, clock.now())
    if keep is not None:
        raise StorageRefused(f"{to} is not a folder that is there: --keep is for dated backups")
    if not to.parent.is_dir():
        raise StorageRefused(f"{to.parent} is not there: make it, or mount its disk")
    if to.exists() and (to.samefile(database) or not to.is_file() or not is_sealed(to)):
        raise StorageRefused(f"{to} is there already and is not a backup; it was left as it was")
    return to.resolve()


def _verified(file: Path, schema: int, told: Progress) -> Contents:
    told("Verifying", 0, 1)
    try:
        return require_sound(file, lambda *done: told("Verifying", *done))
    except StorageRefused as error:
        raise StorageRefused(
            f"no backup was made, since the copy is not sound ({error.detail}) Schema {schema}. "
            "Keep the backups there are; run `check` and `doctor`",
            code=error.code,
            faults=error.faults,
        ) from error


def _noted(database: Path, last: LastBackup) -> bool:
    try:
        note_backup(database, last)
    except OSError:
        return False
    return True
