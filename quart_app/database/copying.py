"""Copies of the database file: each of one instant, made while it may be served, and read apart.

Copying opens the file to read and nothing else: a second connection that writes or moves the log
back could lose what was committed (the WAL-reset bug of SQLite before 3.51.3).
"""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiosqlite

from quart_app.clock import Clock
from quart_app.database.transaction import Reading
from quart_app.errors import StorageFailed, StorageFull, StorageRefused
from quart_app.values.instant import Instant

_PAGES_A_STEP = 64
_NO_ROOM = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_TRUNCATE)
_READING = """
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA mmap_size = 0;
    PRAGMA query_only = ON;
    PRAGMA cache_size = -8192;
"""


def copy(database: Path, into: Path, clock: Clock, told: Callable[[int, int], None]) -> Instant:
    """Copy the file as it stands at one instant into an empty file, in one piece without a log.

    Everything that was answered before the instant returned is in the copy. ``told`` is told the
    pages done and to do, first when the instant is past. Raises StorageFull or StorageFailed.
    """
    source = f"{database.as_uri()}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(source, uri=True, isolation_level=None)) as reader,
            closing(sqlite3.connect(into, isolation_level=None)) as writer,
        ):
            reader.execute("PRAGMA busy_timeout = 5000")
            # Nobody else opens this file, nor trusts it until it has been checked and synced.
            writer.execute("PRAGMA locking_mode = EXCLUSIVE")
            writer.execute("PRAGMA synchronous = OFF")
            writer.execute("PRAGMA journal_mode = OFF")
            taken_at = clock.now()
            # One transaction that reads: without it the copy would begin anew at each commit.
            reader.execute("BEGIN")
            reader.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            told(0, 1)
            reader.backup(
                writer,
                pages=_PAGES_A_STEP,
                progress=lambda _, left, all_of_it: told(all_of_it - left, all_of_it),
            )
            writer.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) in _NO_ROOM:
            raise StorageFull(
                f"{into.parent} has no room for the copy, or its disk fails ({error})"
            ) from error
        raise StorageFailed(f"{database} could not be copied: {error}") from error
    return taken_at


class Apart:
    """A file to be read and nothing else, apart from any service."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @asynccontextmanager
    async def read_apart(self) -> AsyncIterator[Reading]:
        """A connection that reads; StorageRefused where the file cannot be read."""
        connection = await aiosqlite.connect(
            f"{self._path.as_uri()}?mode=ro", uri=True, isolation_level=None
        )
        try:
            await connection.executescript(_READING)
            await connection.execute_fetchall("BEGIN")
            yield Reading(connection)
        except (sqlite3.Error, StorageFailed) as error:
            raise StorageRefused(
                f"the file is damaged: {error}", code="database_damaged"
            ) from error
        finally:
            await connection.interrupt()
            await connection.close()
