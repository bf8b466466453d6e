"""The file: made whole, told from others before it is touched, brought from any release to this."""

import hashlib
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from quart_app.database.migrations import MIGRATIONS
from tests.service import ROOT, command, receipt, serving, with_catalogue

SCHEMA = (ROOT / "schema.sql").read_text()


def shape(database: Path) -> dict[str, str]:
    """Every object's SQL without comments and spacing."""
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT name, COALESCE(sql, '') FROM sqlite_master").fetchall()
    return {name: " ".join(re.sub(r"--[^\n]*", "", sql).split()) for name, sql in rows}


def made_by_migrations(database: Path, count: int) -> Path:
    """A file as the release with so many migrations left it."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA application_id = 1396788293")
        for step in MIGRATIONS[:count]:
            connection.executescript(step.upgrade)
            connection.execute(
                "INSERT INTO migrations VALUES (?, ?, ?, 0)",
                (step.version, step.name, step.checksum),
            )
        connection.execute("INSERT INTO chain VALUES (1, 'RUB', 0)")
        connection.commit()
    return database


def test_every_table_and_index_is_explained() -> None:
    before = re.findall(r"(.*)\nCREATE (?:UNIQUE )?(?:TABLE|INDEX|TRIGGER) (\w+)", SCHEMA)
    assert len(before) == len(re.findall(r"^CREATE ", SCHEMA, re.MULTILINE))
    assert [name for line, name in before if not line.startswith("-- ")] == []


def test_every_table_is_strict() -> None:
    tables = re.findall(r"CREATE TABLE \w+ \(.*?\n\) (.*?);", SCHEMA, re.DOTALL)
    assert tables
    assert all(options.startswith("STRICT") for options in tables)


def test_a_fresh_file_and_a_migrated_one_have_the_same_schema(tmp_path: Path) -> None:
    fresh, old = tmp_path / "fresh.db", made_by_migrations(tmp_path / "old.db", 1)
    with serving(fresh):
        pass
    assert command("migrate", "upgrade", database=old).returncode == 0
    assert shape(old) == shape(fresh)


def test_an_older_file_is_refused_unaltered_then_upgraded_with_the_same_figures(
    database: Path,
) -> None:
    with serving(database) as service:
        with_catalogue(service)
        service.post("/sales", receipt("a-1")).raise_for_status()
        service.post("/sales", receipt("a-2", type="return")).raise_for_status()
        service.post("/sales", receipt("a-3", store_id=2)).raise_for_status()
        reports = [
            service.report(name, month="2026-10")["rows"] for name in ("top-stores", "top-products")
        ]
    assert command("migrate", "downgrade", "--to", "1", database=database).returncode == 0
    assert command("migrate", "current", database=database).stdout == "0001\n"
    assert "0002 totals (not yet)" in command("migrate", "history", database=database).stdout
    before = hashlib.sha256(database.read_bytes()).digest()

    refused = command("serve", database=database)
    assert refused.returncode == 1
    assert "migrate upgrade" in refused.stderr
    assert hashlib.sha256(database.read_bytes()).digest() == before

    assert "0002 totals" in command("migrate", "upgrade", database=database).stdout
    with serving(database) as service:
        assert reports == [
            service.report(name, month="2026-10")["rows"] for name in ("top-stores", "top-products")
        ]


def test_the_receipts_themselves_cannot_be_downgraded_away(database: Path) -> None:
    with serving(database):
        pass
    refused = command("migrate", "downgrade", "--to", "0", database=database)
    assert refused.returncode == 2
    assert (
        command("migrate", "current", database=database).stdout == f"{MIGRATIONS[-1].version:04d}\n"
    )


def test_an_edited_migration_is_noticed(tmp_path: Path) -> None:
    old = made_by_migrations(tmp_path / "old.db", 1)
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("UPDATE migrations SET checksum = 'another'")
        connection.commit()
    refused = command("migrate", "upgrade", database=old)
    assert refused.returncode == 1
    assert "differs" in refused.stderr


@pytest.mark.parametrize("journal_mode", ["DELETE", "WAL"])
def test_a_foreign_database_is_refused_and_not_touched(tmp_path: Path, journal_mode: str) -> None:
    foreign = tmp_path / "theirs.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal_mode}")
        connection.execute("CREATE TABLE stores (id INTEGER)")
        connection.commit()
    before = foreign.read_bytes()
    for words in (["serve"], ["migrate", "upgrade"], ["import", "stores", "seed/stores.csv"]):
        refused = command(*words, database=foreign)
        assert refused.returncode == 1
        assert "is not a database of this service" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert foreign.read_bytes() == before
    assert not (tmp_path / "theirs.db-wal").exists()


def test_a_newer_file_is_refused(database: Path) -> None:
    with serving(database):
        pass
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO migrations VALUES (9999, 'later', 'x', 0)")
        connection.commit()
    refused = command("serve", database=database)
    assert refused.returncode == 1
    assert "newer release" in refused.stderr


def test_a_file_of_another_currency_is_refused(database: Path) -> None:
    with serving(database, currency="USD"):
        pass
    refused = command("serve", database=database, currency="EUR")
    assert refused.returncode == 1
    assert "USD" in refused.stderr


def test_a_start_that_was_cut_off_leaves_nothing_in_the_way(database: Path) -> None:
    database.parent.mkdir(parents=True)
    database.with_name("sales.db.new").write_bytes(b"half a file")
    with serving(database) as service:
        assert service.get("/stores").json() == []
    assert not database.with_name("sales.db.new").exists()
