"""Bringing a file of an older release to this one's schema, or back, on a copy.

The copy takes the file's place when it has been through every step and was found sound; the
file that was there is kept beside it. Cut off at any moment, one of the two is in place.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from quart_app.clock import Clock
from quart_app.database.copying import copy
from quart_app.database.lock import ProcessLock
from quart_app.database.migrations import MIGRATIONS, Migration
from quart_app.database.replacing import replace, require_settled
from quart_app.database.schema import record, version_of
from quart_app.database.unfinished import require_room, size_of, unfinished
from quart_app.errors import StorageRefused

_ROOM = 2
"""Times the file's size that must be free: the copy, and as much again for what steps add."""


class Manner(NamedTuple):
    """How a file is brought to another schema."""

    clock: Clock
    told: Callable[[str], None]
    """Told the name of each step."""
    progress: Callable[[str, int, int], None]
    """Told what is being done besides, how much of it is done and how much there is."""
    require_sound: Callable[[Path, Callable[[int, int], None]], object]
    """Raises StorageRefused for a copy that must not take the file's place."""


def upgrade(database: Path, manner: Manner) -> Path | None:
    """Run each step that the file lacks; where the old file is kept, None if it lacked none."""
    with _locked(database) as (path, version):
        if version == MIGRATIONS[-1].version:
            return None
        return _on_a_copy(
            path, "upgrade", manner, lambda copied: _steps_up(copied, version, manner)
        )


def downgrade(database: Path, to: int, manner: Manner) -> Path | None:
    """Undo the steps above ``to``; StorageRefused before one that would lose receipts."""
    with _locked(database) as (path, version):
        if version <= to:
            return None
        return _on_a_copy(
            path, "downgrade", manner, lambda copied: _steps_down(copied, version, to, manner)
        )


def history(database: Path) -> list[tuple[int, str, bool]]:
    """Every step by version: its name, and whether the file has been through it."""
    version = current(database)
    return [(step.version, step.name, step.version <= version) for step in MIGRATIONS]


def current(database: Path) -> int:
    """The version of the file's schema; StorageRefused for a file that is not there or foreign."""
    if not database.exists():
        raise StorageRefused(f"{database} does not exist", code="database_missing")
    return version_of(database.resolve())


def _on_a_copy(
    path: Path, because: str, manner: Manner, change: Callable[[sqlite3.Connection], None]
) -> Path | None:
    require_room(path.parent, _ROOM * size_of(path))
    with unfinished(path) as copied:
        copy(path, copied, manner.clock, lambda *done: manner.progress("Copying", *done))
        with closing(sqlite3.connect(copied, isolation_level=None)) as connection:
            # The copy is thrown away if anything goes wrong, and synced as a whole if nothing does.
            connection.execute("PRAGMA synchronous = OFF")
            change(connection)
        manner.progress("Verifying", 0, 1)
        manner.require_sound(copied, lambda *done: manner.progress("Verifying", *done))
        manner.progress("Verifying", 1, 1)
        return replace(path, copied, because, manner.clock)


def _steps_up(connection: sqlite3.Connection, version: int, manner: Manner) -> None:
    for step in MIGRATIONS:
        if step.version > version:
            _run(connection, step.upgrade)
            record(connection, step, manner.clock.now())
            connection.execute("COMMIT")
            manner.told(_shown(step))


def _steps_down(connection: sqlite3.Connection, version: int, to: int, manner: Manner) -> None:
    for step in reversed(MIGRATIONS):
        if to < step.version <= version:
            if step.downgrade is None:
                raise StorageRefused(
                    f"{_shown(step)} cannot be undone: it holds the receipts",
                    code="migration_final",
                )
            try:
                _run(connection, step.downgrade)
            except sqlite3.IntegrityError as error:
                raise StorageRefused(
                    f"{_shown(step)} cannot be undone: receipts are held in what it added; "
                    "retry or discard them first",
                    code="migration_final",
                ) from error
            connection.execute("DELETE FROM migrations WHERE version = ?", (step.version,))
            connection.execute("COMMIT")
            manner.told(f"{_shown(step)} undone")


def _shown(step: Migration) -> str:
    return f"{step.version:04d} {step.name}"


@contextmanager
def _locked(database: Path) -> Iterator[tuple[Path, int]]:
    """The real file under its lock, and its version."""
    current(database)
    path = database.resolve()
    lock = ProcessLock(path)
    lock.acquire()
    try:
        require_settled(path)
        yield path, current(path)
    finally:
        lock.release()


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Run a script inside a transaction; ``executescript`` would commit it half-way."""
    connection.execute("BEGIN IMMEDIATE")
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
