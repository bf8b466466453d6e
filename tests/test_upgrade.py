"""Upgrades work on a copy: verified, swapped at one stroke, the old file kept; never half done."""

import shutil
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from quart_app.database.migrations import MIGRATIONS
from tests.every_report import every_report
from tests.faults.disks import small_disk
from tests.killing import ALL, MOVES, killed_before_each
from tests.service import ROOT, Service, command, serving, with_catalogue
from tests.test_check import busy_days
from tests.test_restore import others

MONTH = "2026-10"
NOW = f"{MIGRATIONS[-1].version:04d}\n"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A file of schema 3 and the reports that it must have."""
    database = tmp_path_factory.mktemp("old") / "sales.db"
    with serving(database) as service:
        busy_days(with_catalogue(service))
        reports = every_report(service, MONTH)
    assert command("migrate", "downgrade", "--to", "3", database=database).returncode == 0
    return database, reports


def fresh(old: tuple[Path, dict[str, bytes]], database: Path) -> Path:
    shutil.rmtree(database.parent, ignore_errors=True)
    database.parent.mkdir(parents=True)
    shutil.copyfile(old[0], database)
    return database


def test_the_old_file_is_kept_and_the_figures_are_the_same(old, database: Path) -> None:
    before = fresh(old, database).read_bytes()
    done = command("migrate", "upgrade", database=database)
    assert done.returncode == 0, done.stderr
    (kept,) = others(database)
    assert kept.read_bytes() == before
    assert f"The file as it was is kept as {kept}" in done.stdout
    assert "0008 till_months\n" in done.stdout
    assert done.stderr.splitlines() == ["Copying", "Verifying"]
    with serving(database) as service:
        assert every_report(service, MONTH) == old[1]
    again = command("migrate", "upgrade", database=database)
    assert again.stdout == "The database is of this release.\n"
    assert others(database) == [kept]


def test_what_a_killed_service_left_in_its_log_is_upgraded_too(database: Path) -> None:
    service = with_catalogue(Service(database))
    busy_days(service)
    reports = every_report(service, MONTH)
    service.stop(signal.SIGKILL)
    log = database.with_name("sales.db-wal")
    assert log.stat().st_size > 0
    for words in (["downgrade", "--to", "3"], ["upgrade"]):
        done = command("migrate", *words, database=database)
        assert done.returncode == 0, done.stderr
        assert not log.exists() or log.stat().st_size == 0
    with serving(database) as service:
        assert every_report(service, MONTH) == reports


def test_it_is_refused_beside_a_service(service: Service) -> None:
    done = command("migrate", "downgrade", "--to", "3", database=service.database)
    assert done.returncode == 1
    assert "another service or command has this database open" in done.stderr
    assert others(service.database) == []


def test_a_file_that_does_not_add_up_afterwards_stays_as_it_was(old, database: Path) -> None:
    with closing(sqlite3.connect(fresh(old, database))) as connection:
        connection.execute("UPDATE store_day_totals SET gross_minor = gross_minor + 1")
        connection.commit()
    before = database.read_bytes()
    done = command("migrate", "upgrade", database=database)
    assert done.returncode == 1
    assert "store_day_totals: gross_minor" in done.stderr
    assert database.read_bytes() == before
    assert others(database) == []


def test_without_room_nothing_is_begun(old, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16) as disk:
        copied = fresh(old, disk.outside / "data" / "sales.db")
        disk.fill_up(leave=copied.stat().st_size)
        found = disk.run("migrate", "upgrade", database=disk.folder / "data" / "sales.db")
        assert found.returncode == 1
        assert "MiB are needed: make room" in found.stderr
        assert {one.suffix for one in copied.parent.iterdir()} <= {
            ".db",
            ".lock",
            ".db-wal",
            ".db-shm",
        }
        assert copied.read_bytes() == old[0].read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ["serve"],
        ["check"],
        ["report", "summary"],
        ["import", "stores", "seed/stores.csv"],
        ["migrate", "upgrade"],
        ["migrate", "downgrade", "--to", "3"],
        ["migrate", "current"],
        ["backup", "new"],
    ],
    ids=" ".join,
)
def test_every_command_refuses_a_newer_file(old, database: Path, words: list[str]) -> None:
    with closing(sqlite3.connect(fresh(old, database))) as connection:
        connection.execute("INSERT INTO migrations VALUES (9999, 'later', 'x', 0)")
        connection.commit()
    before = database.read_bytes()
    done = command(*words, database=database)
    assert done.returncode == 1
    assert "newer release" in done.stderr
    assert "start the newer service, or restore a backup" in done.stderr
    assert database.read_bytes() == before
    assert others(database) == []
    assert not (ROOT / "new").exists()


def test_killed_at_any_point_the_old_or_the_new_is_there(old, database: Path, long: bool) -> None:
    versions = Counter[str]()
    kills = killed_before_each(
        ["migrate", "upgrade"],
        database,
        prepare=lambda: fresh(old, database),
        calls=ALL if long else MOVES,
    )
    for where in kills:
        version = command("migrate", "current", database=database).stdout
        versions[version] += 1
        done = command("migrate", "upgrade", database=database)
        assert done.returncode == 0, (where, done.stderr)
        assert command("check", database=database).returncode == 0, where
        assert database.stat().st_nlink == 1
        assert len(others(database)) == 1, where
        assert not list(database.parent.glob(".*unfinished*"))
    assert versions["0003\n"] >= 2
    assert versions[NOW] or not long
