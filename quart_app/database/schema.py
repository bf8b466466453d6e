"""What is in the file: told before it is opened, made where it is missing, never altered here."""

import os
import sqlite3
from pathlib import Path

from quart_app.clock import Clock
from quart_app.database.migrations import MIGRATIONS, Migration
from quart_app.database.steps import Row
from quart_app.errors import StorageFailed, StorageRefused
from quart_app.shipped import shipped

APPLICATION_ID = 0x53414C45
"""``SALE``, in the file's header: how a file of this service is told from any other."""

CURRENT_VERSION = MIGRATIONS[-1].version
"""The schema of this release."""

SCHEMA_FILE = shipped("schema.sql")
_HEADER = b"SQLite format 3\0"


def create_if_missing(database: Path, currency: str, clock: Clock) -> None:
    """Make a new file, its owner's alone, whole beside its place; put it there by one rename."""
    if database.exists() and database.stat().st_size > 0:
        return
    log = database.with_name(database.name + "-wal")
    if log.exists() and log.stat().st_size > 0:
        raise StorageRefused(
            f"{log} is the log of a database that is not there: put {database.name} back beside "
            "it, or move the log away",
            code="database_missing",
        )
    unfinished = database.with_name(database.name + ".new")
    unfinished.unlink(missing_ok=True)
    now = clock.now()
    # What SQLite puts beside a file may be read by whoever may read the file.
    os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    connection = sqlite3.connect(unfinished, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.executescript(SCHEMA_FILE.read_text(encoding="utf-8"))
        connection.execute(
            "INSERT INTO chain (id, currency, created_at_us) VALUES (1, ?, ?)", (currency, now)
        )
        for migration in MIGRATIONS:
            record(connection, migration, now)
    finally:
        connection.close()
    sync(unfinished)
    unfinished.replace(database)
    sync(database.parent)


def require_one_name(database: Path) -> None:
    """Refuse a file with a second hard link, under which another process would not see the lock."""
    if database.exists() and not database.is_file():
        raise StorageRefused(f"{database} is not a file", code="database_foreign")
    if database.exists() and database.stat().st_nlink > 1:
        raise StorageRefused(
            f"{database} has a second name (a hard link), and each would have a log of its own: "
            "keep one of them, or make a copy",
            code="database_linked",
        )


def require_current(database: Path, currency: str) -> None:
    """Refuse what this release cannot serve, with the way out; the file stays as it is."""
    version = version_of(database)
    if version < MIGRATIONS[-1].version:
        raise StorageRefused(
            f"{database} is of an older release (schema {version}, this one has "
            f"{MIGRATIONS[-1].version}): run `python -m quart_app migrate upgrade`",
            code="database_older",
        )
    require_currency(database, currency)


def require_currency(database: Path, currency: str) -> None:
    """Refuse a file of amounts in another currency than the service is set to."""
    kept = currency_of(database)
    if kept != currency:
        raise StorageRefused(
            f"{database} holds amounts in {kept}, and SALES_CURRENCY is {currency}",
            code="database_currency",
        )


def currency_of(database: Path) -> str:
    """The currency that a file's amounts are in."""
    return str(_look(database, "SELECT currency FROM chain")[0][0])


def version_of(database: Path) -> int:
    """The schema's version; StorageRefused where the file is another program's, or newer."""
    if not database.is_file():
        raise StorageRefused(f"{database} is not a file", code="database_foreign")
    with database.open("rb") as file:
        header = file.read(100)
    if header[:16] != _HEADER or int.from_bytes(header[68:72]) != APPLICATION_ID:
        raise StorageRefused(
            f"{database} is not a database of this service; it was left as it was",
            code="database_foreign",
        )
    applied = {
        row[0]: row[1] for row in _look(database, "SELECT version, checksum FROM migrations")
    }
    version = max(applied, default=0)
    if version > MIGRATIONS[-1].version:
        raise StorageRefused(
            f"{database} is of a newer release (schema {version}, this one has "
            f"{MIGRATIONS[-1].version}): start the newer service, or restore a backup",
            code="database_newer",
        )
    for migration in MIGRATIONS:
        if applied.get(migration.version, migration.checksum) != migration.checksum:
            raise StorageRefused(
                f"migration {migration.version} of {database} differs from this release's",
                code="database_differs",
            )
    return version


def record(connection: sqlite3.Connection, migration: Migration, now: int) -> None:
    """Note in the file that it has been through a migration."""
    connection.execute(
        "INSERT INTO migrations (version, name, checksum, applied_at_us) VALUES (?, ?, ?, ?)",
        (migration.version, migration.name, migration.checksum, now),
    )


def _look(database: Path, sql: str) -> list[Row]:
    connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchall()
    except sqlite3.Error as error:
        raise StorageRefused(
            f"{database} cannot be read as a database of this service: {error}",
            code="database_foreign",
        ) from error
    finally:
        connection.close()


def sync(path: Path) -> None:
    """Bring a file's bytes, or a folder's names, to the disk; StorageFailed where it cannot."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise StorageFailed(f"{path} was not brought to the disk: {error}") from error
    finally:
        os.close(descriptor)
