"""Restoring: a backup is verified whole before it takes the database's place."""

from pathlib import Path

import msgspec

from quart_app.backups.making import Progress
from quart_app.backups.seal import Label, unseal
from quart_app.checking.copies import Contents, require_sound
from quart_app.clock import Clock
from quart_app.database.lock import ProcessLock
from quart_app.database.replacing import replace, require_settled
from quart_app.database.schema import require_currency
from quart_app.database.unfinished import require_room, unfinished
from quart_app.errors import StorageRefused


class Restored(msgspec.Struct, frozen=True):
    """What was restored, and where the file is that was there before."""

    label: Label
    contents: Contents
    kept: Path | None


def restore(file: Path, database: Path, currency: str, clock: Clock, told: Progress) -> Restored:
    """Put a backup in the database's place; StorageRefused leaves everything as it was.

    Refused are a backup of which a byte has changed, that does not add up, of a newer release or of
    another currency; and any backup while the database is served.
    """
    path = database.expanduser().resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = ProcessLock(path)
    try:
        lock.acquire()
    except StorageRefused as error:
        raise StorageRefused(
            f"the database is being served or used: stop the service first ({error.detail})",
            code=error.code,
        ) from error
    try:
        require_settled(path)
        require_room(path.parent, file.stat().st_size)
        with unfinished(path) as copied:
            label = unseal(file, copied, lambda *done: told("Reading", *done))
            contents = _verified(file, copied, currency, told)
            kept = replace(path, copied, "restore", clock)
    finally:
        lock.release()
    return Restored(label, contents, kept)


def _verified(file: Path, copied: Path, currency: str, told: Progress) -> Contents:
    told("Verifying", 0, 1)
    try:
        contents = require_sound(copied, lambda *done: told("Verifying", *done))
        require_currency(copied, currency)
    except StorageRefused as error:
        raise StorageRefused(
            f"nothing was restored: {error.detail.replace(str(copied), str(file))}",
            code=error.code,
            faults=error.faults,
        ) from error
    return contents
