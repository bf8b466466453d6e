"""What the service and its commands make is their user's alone, whatever the umask."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service import command, receipt, serving, with_catalogue


@pytest.fixture
def open_handed() -> Iterator[None]:
    """A umask that would give everybody everything."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.mark.usefixtures("open_handed")
def test_nobody_else_may_read_what_is_made(tmp_path: Path) -> None:
    database, backups, elsewhere = (tmp_path / one for one in ("data", "backups", "elsewhere"))
    database.mkdir()
    backups.mkdir()
    with serving(database / "sales.db") as service:
        with_catalogue(service).post("/sales", receipt("a")).raise_for_status()
        made = command("backup", str(backups), database=database / "sales.db")
        assert made.returncode == 0, made.stderr
        beside = modes(database)
        assert {"sales.db", "sales.db-wal", "sales.db-shm", "sales.db.lock"} <= beside.keys()
    copy = next(backups.iterdir())
    restored = command("restore", str(copy), database=elsewhere / "sales.db")
    assert restored.returncode == 0, restored.stderr
    for found in (beside, modes(backups), modes(elsewhere)):
        assert {name for name, mode in found.items() if mode != 0o600} == set(), found


@pytest.mark.usefixtures("open_handed")
def test_what_was_opened_to_a_group_stays_so(tmp_path: Path) -> None:
    database = tmp_path / "data" / "sales.db"
    with serving(database):
        pass
    database.chmod(0o640)
    with serving(database) as service:
        with_catalogue(service).post("/sales", receipt("a")).raise_for_status()
        assert modes(database.parent)["sales.db-wal"] == 0o640
    copy = tmp_path / "a.backup"
    for words in (("backup", str(copy)), ("restore", str(copy))):
        done = command(*words, database=database)
        assert done.returncode == 0, done.stderr
    assert modes(database.parent)["sales.db"] == 0o640
