"""How connections to the database file are opened."""

from pathlib import Path
from typing import Any

import aiosqlite

from quart_app.database.steps import StepConnection
from quart_app.values.text import search_key

_EVERY = """
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA mmap_size = 0;
    PRAGMA busy_timeout = 5000;
"""
_WRITER = """
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -16384;
    PRAGMA analysis_limit = 400;
"""
# Sorting millions of lines takes half the time in small runs, and needs no more memory than those:
# what does not fit goes to a file in the system's folder for such.
_READER = """
    PRAGMA temp_store = FILE;
    PRAGMA query_only = ON;
    PRAGMA cache_size = -4096;
"""
# Statements: one for each count of rows below 50 and each table that receipts are written to.
_OPENING: dict[str, Any] = {
    "uri": True,
    "isolation_level": None,
    "cached_statements": 512,
    "factory": StepConnection,
}


async def connect(path: Path, preparation: str) -> aiosqlite.Connection:
    """The connection that writes; ``preparation`` makes what it has for itself, in no file."""
    return await _connect(path, "rw", _WRITER + preparation)


async def connect_to_read(path: Path) -> aiosqlite.Connection:
    """A connection that cannot write."""
    return await _connect(path, "ro", _READER)


async def _connect(path: Path, mode: str, pragmas: str) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(f"{path.as_uri()}?mode={mode}", **_OPENING)
    await connection.executescript(_EVERY + pragmas)
    await connection.create_function("search_key", 1, search_key, deterministic=True)
    return connection
