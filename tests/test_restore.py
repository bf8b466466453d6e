"""Restoring: verified first, never beside a service, nothing lost whenever it is cut off."""

import shutil
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.every_report import every_report
from tests.killing import ALL, MOVES, killed_before_each
from tests.service import Service, command, receipt, serving, with_catalogue
from tests.test_check import busy_days

MONTH = "2026-10"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], Path, Path]:
    """A backup, its reports, and a killed service's database and log with a receipt more."""
    folder = tmp_path_factory.mktemp("made")
    database = folder / "data" / "sales.db"
    service = with_catalogue(Service(database))
    busy_days(service)
    reports = every_report(service, MONTH)
    done = command("backup", str(folder / "one"), database=database)
    assert done.returncode == 0, done.stderr
    service.post("/sales", receipt("later")).raise_for_status()
    service.stop(signal.SIGKILL)
    log = folder / "data" / "sales.db-wal"
    assert log.stat().st_size > 0
    return folder / "one", reports, database, log


@pytest.fixture
def killed(made: tuple[Path, dict[str, bytes], Path, Path], database: Path) -> Path:
    """A database whose log has what its file has not."""
    fresh(made, database)
    return database


def fresh(made: tuple[Path, dict[str, bytes], Path, Path], database: Path) -> None:
    shutil.rmtree(database.parent, ignore_errors=True)
    database.parent.mkdir(parents=True)
    shutil.copyfile(made[2], database)
    shutil.copyfile(made[3], database.with_name("sales.db-wal"))


def has(database: Path, receipt_id: str) -> bool:
    with closing(sqlite3.connect(database)) as connection:
        sql = "SELECT COUNT(*) FROM sales WHERE receipt_id = ?"
        return bool(connection.execute(sql, (receipt_id,)).fetchone()[0])


def others(database: Path) -> list[Path]:
    """Kept files, without their logs."""
    found = database.parent.glob("*.before-*")
    return [one for one in found if not one.name.endswith(("-wal", "-shm"))]


def test_the_old_log_goes_with_the_old_file(made, killed: Path) -> None:
    done = command("restore", str(made[0]), database=killed)
    assert done.returncode == 0, done.stderr
    assert "7 receipts, the newest received 20" in done.stdout
    assert "ago)" in done.stdout
    with serving(killed) as service:
        assert every_report(service, MONTH) == made[1]
        assert service.get("/sales/later").status_code == 404
    (old,) = others(killed)
    assert str(old) in done.stdout
    assert has(old, "later")


def test_it_is_refused_beside_a_service(made, service: Service) -> None:
    before = service.get("/stores").json()
    done = command("restore", str(made[0]), database=service.database)
    assert done.returncode == 1
    assert "stop the service first" in done.stderr
    assert service.get("/stores").json() == before
    assert others(service.database) == []


def test_it_is_restored_where_there_was_nothing_and_through_a_link(made, tmp_path: Path) -> None:
    link, real = tmp_path / "link.db", tmp_path / "disk" / "sales.db"
    real.parent.mkdir()
    for _ in range(2):
        done = command("restore", str(made[0]), database=real if not real.exists() else link)
        assert done.returncode == 0, done.stderr
        if not link.exists():
            link.symlink_to(real)
    assert link.is_symlink()
    assert len(others(real)) == 1
    assert command("check", database=link).returncode == 0


def test_what_is_no_backup_is_refused(made, killed: Path, tmp_path: Path) -> None:
    before = killed.read_bytes()
    text = tmp_path / "text"
    text.write_text("a text\n" * 100)
    empty = tmp_path / "empty"
    empty.touch()
    for file in (text, empty, made[2]):
        done = command("restore", str(file), database=killed)
        assert done.returncode == 1
        assert "does not end as a backup does" in done.stderr
    done = command("restore", str(made[0]), database=killed, currency="EUR")
    assert "holds amounts in RUB, and SALES_CURRENCY is EUR" in done.stderr
    assert killed.read_bytes() == before
    assert others(killed) == []


def resealed(backup: Path, to: Path, *changes: str) -> Path:
    """A backup of a changed file, sealed as if it had been sound."""
    from quart_app.backups.seal import seal, unseal

    label = unseal(backup, to, lambda *_: None)
    with closing(sqlite3.connect(to)) as connection:
        for change in changes:
            connection.execute(change)
        connection.commit()
    seal(to, label, lambda *_: None)
    return to


def test_a_newer_one_and_one_that_does_not_add_up_are_refused(
    made, killed: Path, tmp_path: Path
) -> None:
    newer = "INSERT INTO migrations VALUES (9999, 'later', 'x', 0)"
    done = command("restore", str(resealed(made[0], tmp_path / "a", newer)), database=killed)
    assert done.returncode == 1
    assert f"{tmp_path / 'a'} is of a newer release (schema 9999" in done.stderr
    wrong = "UPDATE store_day_totals SET gross_minor = gross_minor + 1"
    done = command("restore", str(resealed(made[0], tmp_path / "b", wrong)), database=killed)
    assert done.returncode == 1
    assert "nothing was restored" in done.stderr
    assert "store_day_totals: gross_minor" in done.stderr
    assert others(killed) == []
    assert has(killed, "later")


def test_an_older_one_is_restored_and_asks_for_the_upgrade(
    made, database: Path, tmp_path: Path
) -> None:
    assert command("restore", str(made[0]), database=database).returncode == 0
    assert command("migrate", "downgrade", "--to", "3", database=database).returncode == 0
    done = command("backup", str(tmp_path / "old"), database=database)
    assert "of an older schema" in done.stdout, done.stderr
    done = command("restore", str(tmp_path / "old"), database=database)
    assert done.returncode == 0, done.stderr
    assert "migrate upgrade" in done.stdout
    assert "migrate upgrade" in command("serve", database=database).stderr
    assert command("migrate", "upgrade", database=database).returncode == 0
    with serving(database) as service:
        assert every_report(service, MONTH) == made[1]


def test_killed_at_any_point_the_old_or_the_new_is_there(made, database: Path, long: bool) -> None:
    """Before each call that names, removes or syncs a file; the old one with its log."""
    states = Counter[bool]()
    kills = killed_before_each(
        ["restore", str(made[0])],
        database,
        prepare=lambda: fresh(made, database),
        calls=ALL if long else MOVES,
    )
    for where in kills:
        # A start takes back what was cut off, and finds one or the other whole.
        with serving(database) as service:
            is_old = service.get("/sales/later").status_code == 200
            assert len(service.get("/sales?limit=20").json()) == (8 if is_old else 7), where
        assert database.stat().st_nlink == 1
        assert [has(one, "later") for one in others(database)] == [True] * (not is_old), where
        states[is_old] += 1
    assert states[True] >= 3
    assert states[False] or not long
    done = command("restore", str(made[0]), database=database)
    assert done.returncode == 0, done.stderr
    assert not list(database.parent.glob(".*unfinished*"))
