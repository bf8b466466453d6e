"""Bringing a file of an older release to this one's schema, or back; each step all or nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from quart_app.clock import Clock
from quart_app.database.lock import ProcessLock
from quart_app.database.migrations import MIGRATIONS
from quart_app.database.schema import record, version_of
from quart_app.errors import StorageRefused


def upgrade(database: Path, clock: Clock, told: Callable[[str], None]) -> None:
    """Run each step that the file lacks, telling its name."""
    with _opened(database) as (connection, version):
        for step in MIGRATIONS:
            if step.version > version:
                _run(connection, step.upgrade)
                record(connection, step, clock.now())
                connection.execute("COMMIT")
                told(f"{step.version:04d} {step.name}")


def downgrade(database: Path, to: int, told: Callable[[str], None]) -> None:
    """Undo the steps above ``to``; StorageRefused before one that would lose receipts."""
    with _opened(database) as (connection, version):
        for step in reversed(MIGRATIONS):
            if to < step.version <= version:
                if step.downgrade is None:
                    raise StorageRefused(
                        f"{step.version:04d} {step.name} cannot be undone: it holds the receipts",
                        code="migration_final",
                    )
                try:
                    _run(connection, step.downgrade)
                except sqlite3.IntegrityError as error:
                    raise StorageRefused(
                        f"{step.version:04d} {step.name} cannot be undone: receipts are held in "
                        "what it added; retry or discard them first",
                        code="migration_final",
                    ) from error
                connection.execute("DELETE FROM migrations WHERE version = ?", (step.version,))
                connection.execute("COMMIT")
                told(f"{step.version:04d} {step.name} undone")


def history(database: Path) -> list[tuple[int, str, bool]]:
    """Every step by version: its name, and whether the file has been through it."""
    version = current(database)
    return [(step.version, step.name, step.version <= version) for step in MIGRATIONS]


def current(database: Path) -> int:
    """The version of the file's schema; StorageRefused for a file that is not there or foreign."""
    if not database.exists():
        raise StorageRefused(f"{database} does not exist", code="database_missing")
    return version_of(database.resolve())


@contextmanager
def _opened(database: Path) -> Iterator[tuple[sqlite3.Connection, int]]:
    """The file under its lock: a connection outside any transaction, and the file's version."""
    current(database)
    path = database.resolve()
    lock = ProcessLock(path)
    lock.acquire()
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            yield connection, current(path)
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
