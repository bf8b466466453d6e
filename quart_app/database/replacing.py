"""Another file in the database's place, with the one that was there kept beside it.

At every moment the old or the new file is in place. The old one's log is never left for the new
one: SQLite would read it into that. It is kept beside the old file, which it belongs to.
"""

import os
from pathlib import Path

from quart_app.clock import Clock
from quart_app.database.schema import require_one_name, sync
from quart_app.errors import StorageRefused

_LOG, _SHARED = "-wal", "-shm"


def replace(database: Path, new: Path, because: str, clock: Clock) -> Path | None:
    """Put a whole new file in place; where the old one is kept, or None if there was none.

    The database's lock must be held. ``because`` becomes part of the old file's name.
    """
    like = (database if database.exists() else database.parent).stat()
    mode = like.st_mode & 0o666 if database.exists() else 0o600
    os.chmod(new, mode)  # noqa: PTH101 - beside chown
    if os.geteuid() == 0:
        os.chown(new, like.st_uid, like.st_gid)
    sync(new)
    kept = None
    if database.exists():
        kept = database.with_name(f"{database.name}.before-{because}-{_date(clock)}")
        _keep(database, kept)
    _named(database, _LOG).unlink(missing_ok=True)
    _named(database, _SHARED).unlink(missing_ok=True)
    # The log must be gone for certain before another file has the name it belongs to.
    sync(database.parent)
    new.replace(database)
    sync(database.parent)
    return kept


def undo_unfinished(database: Path) -> None:
    """Take back a replacement that was cut off before the new file was in place.

    The old file then has two names, and its log perhaps only the other one. The lock must be held.
    """
    if not database.exists() or database.stat().st_nlink == 1:
        return
    for kept in database.parent.glob(f"{database.name}.before-*"):
        if kept.name.endswith(_LOG) or not kept.samefile(database):
            continue
        kept_log, log = _named(kept, _LOG), _named(database, _LOG)
        if kept_log.exists():
            kept_log.replace(log)
            # Two names of one file: the rename has left both.
            kept_log.unlink(missing_ok=True)
            sync(database.parent)
        kept.unlink()
        sync(database.parent)


def require_settled(database: Path) -> None:
    """Take back what was cut off, then refuse a file that has a second name still."""
    undo_unfinished(database)
    require_one_name(database)


def _keep(database: Path, kept: Path) -> None:
    """Give the file, and then its log, a second name."""
    try:
        kept.hardlink_to(database)
        log = _named(database, _LOG)
        if log.exists() and log.stat().st_size > 0:
            _named(kept, _LOG).hardlink_to(log)
    except FileExistsError as error:
        raise StorageRefused(f"{kept} is there already; try again") from error
    except OSError as error:
        kept.unlink(missing_ok=True)
        raise StorageRefused(
            f"{database.parent} is on a file system where a file cannot have two names "
            f"({error.strerror}): move the database to another disk"
        ) from error
    sync(database.parent)


def _named(database: Path, ending: str) -> Path:
    return database.with_name(database.name + ending)


def _date(clock: Clock) -> str:
    return f"{clock.now().utc():%Y%m%d-%H%M%S-%f}"
