"""What the engine's errors mean to those who only asked for something to be kept."""

import sqlite3

from quart_app.errors import Busy, ServiceError, StorageFailed, StorageFull

# After one of these the next fsync succeeds although the data is gone: nothing may be
# acknowledged from this file by this process again.
_FATAL = frozenset(
    {
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    }
)
_PRIMARY = 0xFF


def meaning(error: sqlite3.Error) -> ServiceError | None:
    """The service's own error for a disk that fails, is full or is busy; None for any other."""
    code = getattr(error, "sqlite_errorcode", 0)
    if code in _FATAL or code & _PRIMARY in _FATAL:
        return StorageFailed(f"the database file failed: {error}; the service stops")
    if code & _PRIMARY in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}:
        return StorageFull(f"the disk did not take it ({error}); nothing was counted")
    if code & _PRIMARY in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Busy(f"the database is busy ({error}); nothing was counted")
    return None
