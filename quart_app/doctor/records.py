"""The engine, the file's schema and its backups."""

from pathlib import Path

from quart_app.database import engine
from quart_app.database.migrating import current
from quart_app.database.schema import CURRENT_VERSION
from quart_app.doctor.models import Place, Verdict
from quart_app.errors import StorageRefused
from quart_app.values.instant import format_instant
from quart_app.values.spans import shown_span

_MINUTE_US = 60_000_000
_A_DAY = 1_440
_OLDEST = (3, 38, 0)
"""STRICT tables, and JSON functions that are always there."""


def sqlite(_: Place) -> Verdict:
    """Which SQLite this Python has."""
    version = engine.version()
    seen = ".".join(map(str, version))
    if version < _OLDEST:
        return Verdict("sqlite", "bad", seen, "use a Python with SQLite 3.38 or later")
    if not engine.has_wal_reset_bug(version):
        return Verdict("sqlite", "ok", seen)
    seen += (
        " has the WAL-reset bug: two connections that write at once can lose what was committed. "
        "The service has one, and a lock that keeps out a second"
    )
    return Verdict("sqlite", "ok", seen, "let no other program write to the file while it serves")


def schema(place: Place) -> Verdict:
    """Whether this release can serve the file."""
    if not place.database.exists():
        return Verdict("schema", "ok", f"a new database will have {CURRENT_VERSION}")
    try:
        version = current(place.database)
    except StorageRefused as error:
        todo = "name the right file in SALES_DATABASE, or restore a backup"
        return Verdict("schema", "bad", error.detail, todo)
    if version < CURRENT_VERSION:
        seen = f"{version}, and this release has {CURRENT_VERSION}"
        return Verdict("schema", "bad", seen, "python -m quart_app migrate upgrade")
    return Verdict("schema", "ok", str(version))


def backup_age(place: Place) -> Verdict:
    """How much would be lost with the disk."""
    last, is_set = place.last_backup, place.backup_dir is not None
    if last is None:
        todo = "set SALES_BACKUP_DIR to a folder on another disk, or run `backup` every night"
        return Verdict("backup", "bad" if is_set else "warn", "none has been made", todo)
    minutes = (place.now - last.taken_at) // _MINUTE_US
    seen = (
        f"{shown_span(minutes * 60)} old ({format_instant(last.taken_at)}), {last.receipts:,} "
        f"receipts, {last.file}"
    )
    every = place.backup_every_minutes if is_set else _A_DAY
    if minutes > 2 * every:
        todo = "make one now, and find out in the log why none was made"
        return Verdict("backup", "bad" if is_set or minutes > 8 * _A_DAY else "warn", seen, todo)
    if not Path(last.file).exists():
        todo = "if it was not moved to a safe place, make another"
        return Verdict("backup", "warn", f"{seen}, which is not there any more", todo)
    return Verdict("backup", "ok", seen)
