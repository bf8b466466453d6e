"""Backups: consistent while the service serves, whole or not there, and no byte of them changes."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from quart_app.backups.last import last_backup
from tests.every_report import every_report
from tests.service import ROOT, Service, command, environment, receipt, serving, with_catalogue
from tests.test_check import busy_days

MONTHS = ("2026-10", "2026-11")


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a little of everything."""
    database = tmp_path_factory.mktemp("busy") / "sales.db"
    with serving(database) as service:
        busy_days(with_catalogue(service))
    return database


@pytest.fixture
def kept(busy: Path, database: Path) -> Path:
    """The same, a test's own."""
    database.parent.mkdir()
    shutil.copyfile(busy, database)
    return database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def restored(backup: Path, to: Path) -> dict[str, bytes]:
    """The reports of a backup, restored elsewhere and served."""
    done = command("restore", str(backup), database=to)
    assert done.returncode == 0, done.stderr
    with serving(to) as service:
        return every_report(service, *MONTHS)


def test_a_backup_beside_a_service_has_the_reports_of_its_instant(
    service: Service, folder: Path
) -> None:
    busy_days(service)
    reports = every_report(service, *MONTHS)
    done = command("backup", str(folder / "one"), database=service.database)
    assert done.returncode == 0, done.stderr
    assert "7 receipts" in done.stdout
    service.post("/sales", receipt("later")).raise_for_status()
    assert every_report(service, *MONTHS) != reports
    assert restored(folder / "one", folder / "elsewhere" / "sales.db") == reports
    assert (folder / "one").stat().st_mode & 0o077 == 0


def test_a_backup_without_a_service_reads_the_log_of_a_killed_one(
    database: Path, folder: Path
) -> None:
    service = with_catalogue(Service(database))
    busy_days(service)
    reports = every_report(service, *MONTHS)
    service.stop(signal.SIGKILL)
    assert database.with_name("sales.db-wal").stat().st_size > 0
    assert command("backup", str(folder / "one"), database=database).returncode == 0
    assert restored(folder / "one", folder / "elsewhere" / "sales.db") == reports


def test_a_backup_is_a_database_that_any_program_reads(kept: Path, folder: Path) -> None:
    assert command("backup", str(folder / "one"), database=kept).returncode == 0
    before = (folder / "one").read_bytes()
    with closing(sqlite3.connect(f"file:{folder / 'one'}?mode=ro", uri=True)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM sales").fetchone() == (7,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    label = json.loads(before.splitlines()[-2])
    assert label["receipts"] == 7
    assert (folder / "one").read_bytes() == before
    assert names(folder) == ["one"]


def test_what_is_no_backup_is_never_written_over(kept: Path, folder: Path) -> None:
    other = folder / "letters.txt"
    other.write_text("Dear accountant")
    for target, reason in (
        (other, "is not a backup"),
        (kept, "is not a backup"),
        (folder / "none" / "one", "mount its disk"),
    ):
        done = command("backup", str(target), database=kept)
        assert done.returncode == 1
        assert reason in done.stderr
    done = command("backup", str(folder / "one"), "--keep", "2", database=kept)
    assert "is not a folder" in done.stderr
    assert other.read_text() == "Dear accountant"
    assert names(folder) == ["letters.txt"]
    for _ in range(2):
        assert command("backup", str(folder / "one"), database=kept).returncode == 0
    assert "does not exist" in command("backup", "x", database=folder / "no.db").stderr


def test_the_newest_few_are_kept(kept: Path, folder: Path) -> None:
    """The newest of their own naming; also when the clock was set back since."""
    ahead = folder / "sales-20991231-235959-000000Z.backup"
    assert command("backup", str(ahead), database=kept).returncode == 0
    for name in ("sales-20240101-000000-000000Z.backup", "other-20240101.backup"):
        shutil.copyfile(ahead, folder / name)
    (folder / "sales-summer.backup").write_bytes(b"x")
    for _ in range(3):
        done = command("backup", str(folder), "--keep", "2", database=kept)
        assert done.returncode == 0, done.stderr
        assert Path(done.stdout.partition(":")[0]).exists()
    found = names(folder)
    assert found[0] == "other-20240101.backup"
    assert found[2:] == [ahead.name, "sales-summer.backup"]
    assert done.stdout.startswith(str(folder / found[1]))
    # Without a number to keep none is removed.
    assert command("backup", str(folder), database=kept).returncode == 0
    assert len(names(folder)) == 5


def test_what_is_no_backup_is_neither_removed_nor_counted(kept: Path, folder: Path) -> None:
    """By its name alone it was both: something else was gone, and one backup fewer was kept."""
    precious = folder / "sales-20190101-000000-000000Z.backup"
    precious.write_text("something else")
    link = folder / "sales-20190102-000000-000000Z.backup"
    link.symlink_to(precious)
    for _ in range(3):
        assert command("backup", str(folder), "--keep", "2", database=kept).returncode == 0
    found = names(folder)
    assert found[:2] == [precious.name, link.name]
    assert len(found) == 4
    assert precious.read_text() == "something else"


def test_a_file_that_does_not_add_up_makes_no_backup_and_removes_none(
    kept: Path, folder: Path
) -> None:
    assert command("backup", str(folder), "--keep", "1", database=kept).returncode == 0
    before, noted = names(folder), last_backup(kept)
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("UPDATE store_day_totals SET gross_minor = gross_minor + 1")
        connection.commit()
    done = command("backup", str(folder), "--keep", "1", database=kept)
    assert done.returncode == 1
    assert "no backup was made" in done.stderr
    assert "store_day_totals: gross_minor, business_date 2026-10-05" in done.stderr
    assert names(folder) == before
    assert last_backup(kept) == noted


def test_a_damaged_page_makes_no_backup(kept: Path, folder: Path) -> None:
    with closing(sqlite3.connect(kept)) as connection:
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'sale_tenders'"
        ).fetchone()[0]
    with kept.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    done = command("backup", str(folder), database=kept)
    assert done.returncode == 1
    assert "no backup was made" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert names(folder) == []


def test_a_folder_may_be_named_from_where_one_stands(kept: Path, folder: Path) -> None:
    """It ended with a traceback, and with SALES_BACKUP_DIR=backups every one did."""
    near = os.path.relpath(folder, ROOT)
    done = command("backup", near, "--keep", "1", database=kept)
    assert done.returncode == 0, done.stderr
    assert str(folder / names(folder)[0]) in done.stdout


@pytest.mark.parametrize("at", [10**24, -(10**17), 10**18])
def test_a_note_that_cannot_be_is_none(kept: Path, at: int) -> None:
    """Neither /readyz nor doctor may fall over a file that is broken."""
    note = kept.with_name("sales.db.last-backup")
    note.write_text(json.dumps({"taken_at_us": at, "file": "x", "size_bytes": 1, "receipts": 1}))
    assert last_backup(kept) is None
    assert "none has been made" in command("doctor", database=kept).stdout


def test_the_last_good_one_is_noted_beside_the_database(kept: Path, folder: Path) -> None:
    assert last_backup(kept) is None
    for name in ("one", "two"):
        assert command("backup", str(folder / name), database=kept).returncode == 0
    last = last_backup(kept)
    assert last is not None
    assert (last.file, last.receipts) == (str(folder / "two"), 7)
    assert last.size_bytes == (folder / "two").stat().st_size
    kept.with_name("sales.db.last-backup").write_text("{")
    assert last_backup(kept) is None


def test_ended_from_outside_it_leaves_nothing(kept: Path, folder: Path) -> None:
    for delay in (0.25, 0.4, 0.6):
        process = subprocess.Popen(
            [sys.executable, "-m", "quart_app", "backup", str(folder / "one")],
            cwd=ROOT,
            env=environment(kept, {}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(delay)
        process.terminate()
        process.wait(30)
        assert names(folder) in ([], ["one"])


def test_a_service_makes_them_by_itself(database: Path, folder: Path) -> None:
    backing_up = {"backup_dir": str(folder), "backup_every_minutes": "1", "backup_keep": "2"}
    with serving(database, **backing_up) as service:
        wait_for(lambda: len(names(folder)) == 1 and last_backup(database) is not None)
        assert service.get("/stores").json() == []
    first = names(folder)
    assert first[0].startswith("sales-")
    # The next one is due in a minute, not at each start.
    with serving(database, **backing_up):
        time.sleep(1.5)
    assert names(folder) == first
    database.with_name("sales.db.last-backup").unlink()
    service = Service(database, backup_dir=str(folder / "gone"))
    time.sleep(1.5)
    status, said = service.stop()
    assert status == 0
    assert "no backup was made" in said
    assert "gone is not a folder that is there" in said


def test_no_folder_is_set_by_nothing_or_none(database: Path) -> None:
    for text, shown in (("", "None"), ("None", "None"), ("~/b", str(Path.home() / "b"))):
        done = command("config", database=database, backup_dir=text)
        assert re.search(rf"SALES_BACKUP_DIR +{shown} ", done.stdout), done.stdout


def test_a_service_that_ends_ends_its_backup(kept: Path, folder: Path) -> None:
    for delay in (0.1, 0.4):
        kept.with_name("sales.db.last-backup").unlink(missing_ok=True)
        service = Service(kept, backup_dir=str(folder))
        time.sleep(delay)
        status, said = service.stop()
        assert status == 0, said
        assert "Traceback" not in said
        assert not [name for name in names(folder) if name.endswith("unfinished")]


def test_a_backup_that_does_not_end_is_killed_and_leaves_nothing(kept: Path, folder: Path) -> None:
    """It is stopped in its tracks, as one is that gets no turn on a busy machine."""
    for _ in range(20):
        kept.with_name("sales.db.last-backup").unlink(missing_ok=True)
        service = Service(kept, backup_dir=str(folder))
        made = len(names(folder))
        children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
        while len(names(folder)) == made and children.read_text():
            time.sleep(0.001)
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGSTOP)
        is_caught = any(name.endswith("unfinished") for name in names(folder))
        status, said = service.stop()
        assert status == 0, said
        assert not [name for name in names(folder) if name.endswith("unfinished")]
        if is_caught:
            return
    pytest.fail("no backup was caught while it was being made")


def wait_for(happened, within_s: float = 30) -> None:
    until = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_folder_that_cannot_be_written_is_said(kept: Path, folder: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    folder.chmod(0o500)
    done = command("backup", str(folder / "one"), database=kept)
    assert done.returncode == 1
    assert "Permission denied" in done.stderr
