"""A second process on the same file, and files that are not the service's: refused, untouched."""

import sqlite3
import time
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from tests.faults.conftest import Start
from tests.faults.ledger import Ledger
from tests.faults.load import deliver, under_load
from tests.faults.receipts import receipts
from tests.faults.settling import settle
from tests.faults.table import Row
from tests.service import command, with_catalogue


@pytest.mark.fault("two processes on a file")
@pytest.mark.parametrize("way", ["the same path", "a link to it", "through a linked folder"])
def test_a_second_service_is_refused(
    way: str, database: Path, tmp_path: Path, start: Start, row: Row, long: bool
) -> None:
    service, ledger = with_catalogue(start(database)), Ledger()
    other = database
    if way == "a link to it":
        other = tmp_path / "link.db"
        other.symlink_to(database)
    elif way == "through a linked folder":
        (tmp_path / "folder").symlink_to(database.parent)
        other = tmp_path / "folder" / database.name
    with under_load(service, ledger, receipts("2", seed=2), connections=8):
        for _ in range(5 if long else 1):
            refused = command("serve", database=other)
            row.runs += 1
            assert refused.returncode not in {0, -9}
            said = refused.stdout + refused.stderr
            assert f"held by process {service.process.pid}" in said
            assert "has this database open" in said
            _assert_plain(said)
    row.acknowledged, row.note = len(ledger.acknowledged), way
    assert row.acknowledged > 0
    settle(service, ledger, row)


@pytest.mark.fault("two processes on a file")
def test_a_second_name_of_the_file_is_refused(
    database: Path, tmp_path: Path, start: Start, row: Row
) -> None:
    """A hard link has a log of its own: two writers would not see each other's receipts."""
    service, ledger = with_catalogue(start(database)), Ledger()
    row.runs, row.note = 1, "a hard link to it"
    other = tmp_path / "other.db"
    other.hardlink_to(database)
    with pytest.raises(RuntimeError, match="did not start"):
        start(other)
    deliver(service, ledger, islice(receipts("L", seed=3), 20))
    row.acknowledged = len(ledger.acknowledged)
    settle(service, ledger, row)


def test_two_files_are_served_side_by_side(tmp_path: Path, start: Start) -> None:
    """The control: it is the file that is held, not the command."""
    services = [start(tmp_path / name / "sales.db") for name in ("one", "two")]
    assert all(service.get("/products").status_code == 200 for service in services)
    assert all(service.stop()[0] == 0 for service in services)


@pytest.mark.fault("files of others")
@pytest.mark.parametrize("kind", ["another's database", "another's in WAL mode", "a text", "bytes"])
def test_a_foreign_file_is_left_as_it_was(kind: str, tmp_path: Path, row: Row) -> None:
    foreign = tmp_path / "foreign.db"
    if kind == "a text":
        foreign.write_text("receipts of 2019\n", encoding="utf-8")
    elif kind == "bytes":
        foreign.write_bytes(bytes(range(256)) * 64)
    else:
        with closing(sqlite3.connect(foreign)) as connection:
            if "WAL" in kind:
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE sales (id INTEGER PRIMARY KEY, receipt_id TEXT)")
            connection.execute("INSERT INTO sales VALUES (1, 'theirs')")
            connection.commit()
    before = _seen_from_outside(foreign)
    refused = command("serve", database=foreign)
    row.runs, row.note = 1, kind
    assert refused.returncode not in {0, -9}
    said = refused.stdout + refused.stderr
    assert f"{foreign} is not a database of this service; it was left as it was" in said
    assert _seen_from_outside(foreign) == before
    _assert_plain(said)


def test_a_touched_file_is_seen(tmp_path: Path) -> None:
    """The control: one PRAGMA too early rewrites a file."""
    foreign = tmp_path / "foreign.db"
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE theirs (id INTEGER)")
    before = _seen_from_outside(foreign)
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    assert _seen_from_outside(foreign) != before


def _seen_from_outside(file: Path) -> tuple[bytes, int, set[str]]:
    """A file's bytes, when they were changed, and what lies beside it but a lock."""
    beside = {path.name for path in file.parent.iterdir()} - {f"{file.name}.lock"}
    return file.read_bytes(), file.stat().st_mtime_ns, beside


@pytest.mark.fault("an empty file")
def test_an_empty_file_is_made_one_of_the_service(database: Path, start: Start, row: Row) -> None:
    database.parent.mkdir()
    database.touch()
    service, ledger = with_catalogue(start(database)), Ledger()
    with under_load(service, ledger, receipts("0", seed=0), connections=4):
        time.sleep(0.2)
    row.runs, row.acknowledged = 1, len(ledger.acknowledged)
    settle(service, ledger, row)
    left = {path.name for path in database.parent.iterdir()}
    assert left == {database.name, f"{database.name}.lock"}


def _assert_plain(said: str) -> None:
    """A message for people, and no claim to be serving."""
    assert "Traceback" not in said
    assert "Serving on" not in said
