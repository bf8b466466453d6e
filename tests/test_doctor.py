"""doctor: what it says of real disks, files and clocks; it changes nothing."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from quart_app.backups.last import last_backup
from quart_app.database.engine import has_wal_reset_bug
from quart_app.database.migrations import MIGRATIONS
from quart_app.doctor.disks import kind_of_file_system, of_syncs
from tests.faults.disks import small_disk
from tests.service import ROOT, Service, command, environment, receipt, serving, with_catalogue

NAMES = {
    "database",
    "schema",
    "permissions",
    "file system",
    "room",
    "fsync",
    "sqlite",
    "clock",
    "time server",
    "memory",
    "backup folder",
    "backup",
}


def found(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Each verdict by its name; the exit status says whether one is bad."""
    assert "Traceback" not in done.stderr
    verdicts = {one["name"]: one for one in json.loads(done.stdout)}
    assert verdicts.keys() == NAMES
    is_bad = any(one["verdict"] == "bad" for one in verdicts.values())
    assert done.returncode == is_bad
    assert all(one["todo"] for one in verdicts.values() if one["verdict"] != "ok")
    return verdicts


def doctor(database: Path, **settings: str) -> dict[str, Any]:
    return found(command("doctor", "--format", "json", database=database, **settings))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("made") / "sales.db"
    with serving(database) as service:
        with_catalogue(service).post("/sales", receipt("a")).raise_for_status()
    return database


@pytest.fixture
def kept(made: Path, database: Path) -> Path:
    database.parent.mkdir()
    shutil.copyfile(made, database)
    return database


def test_it_looks_and_changes_nothing(kept: Path) -> None:
    before, touched = kept.read_bytes(), kept.stat().st_mtime_ns
    verdicts = doctor(kept)
    for name in ("database", "schema", "clock", "sqlite", "backup folder"):
        assert verdicts[name]["verdict"] == "ok", verdicts[name]
    assert verdicts["backup"]["verdict"] == "warn"
    assert "a second" in verdicts["fsync"]["seen"]
    assert (kept.read_bytes(), kept.stat().st_mtime_ns) == (before, touched)
    assert not [path for path in kept.parent.iterdir() if "unfinished" in path.name]


def test_it_works_beside_a_service_and_before_the_first_start(
    service: Service, tmp_path: Path
) -> None:
    assert doctor(service.database)["schema"]["verdict"] == "ok"
    service.post("/sales", receipt("after")).raise_for_status()
    assert "first start" in doctor(tmp_path / "none.db")["database"]["seen"]
    assert not (tmp_path / "none.db").exists()
    done = command("doctor", database=tmp_path / "no" / "sales.db")
    assert done.returncode == 1
    assert "mount its disk" in done.stderr


def test_the_table_is_readable(kept: Path) -> None:
    done = command("doctor", database=kept)
    assert f"ok    schema         {len(MIGRATIONS)}" in done.stdout
    assert "warn  backup         none has been made\n" in done.stdout
    assert "\n                     -> set SALES_BACKUP_DIR" in done.stdout


def test_a_disk_in_memory_with_little_room_is_bad(kept: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 16) as disk:
        shutil.copyfile(kept, disk.outside / "sales.db")
        words = ("doctor", "--format", "json")
        verdicts = found(disk.run(*words, database=disk.folder / "sales.db"))
    assert verdicts["file system"]["verdict"] == "bad"
    assert "tmpfs" in verdicts["file system"]["seen"]
    assert verdicts["room"]["verdict"] == "bad"
    assert verdicts["fsync"]["verdict"] == "warn"


def test_a_slow_disk_is_said(kept: Path) -> None:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("not run: needs strace")
    slow = ["-f", "-qq", "-o", "/dev/null", "-e", "inject=fsync:delay_enter=60000"]
    done = subprocess.run(
        [strace, *slow, sys.executable, "-m", "quart_app", "doctor", "--format", "json"],
        cwd=ROOT,
        env=environment(kept, {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "ptrace" in done.stderr.lower():
        pytest.skip(f"not run: {done.stderr.strip()}")
    fsync = found(done)["fsync"]
    assert fsync["verdict"] == "warn"
    assert "sales wait for it" in fsync["todo"]


@pytest.mark.parametrize(
    ("mean_us", "rotates", "verdict"),
    [
        (8_000, True, "ok"),
        (300, True, "bad"),
        (300, False, "ok"),
        (10, False, "warn"),
        (90_000, False, "warn"),
        (90_000, True, "warn"),
    ],
)
def test_a_disk_that_is_too_quick_lies(mean_us: int, rotates: bool, verdict: str) -> None:
    assert of_syncs([mean_us] * 20, rotates=rotates).verdict == verdict


@pytest.mark.parametrize(
    ("mode", "verdict"), [(0o600, "ok"), (0o640, "ok"), (0o644, "warn"), (0o666, "bad")]
)
def test_who_may_read_and_write(kept: Path, mode: int, verdict: str) -> None:
    kept.chmod(mode)
    kept.parent.chmod(0o755)
    assert doctor(kept)["permissions"]["verdict"] == verdict
    if mode == 0o644:
        kept.parent.chmod(0o700)
        assert doctor(kept)["permissions"]["verdict"] == "ok"


def test_who_may_read_the_copies(kept: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir(mode=0o755)
    kept.chmod(0o600)
    assert command("backup", str(folder), database=kept).returncode == 0
    permissions = doctor(kept)["permissions"]
    assert permissions["verdict"] == "ok", permissions
    for copy in (next(folder.iterdir()), kept.with_name("sales.db.before-upgrade-1")):
        copy.touch()
        copy.chmod(0o644)
        permissions = doctor(kept, backup_dir=str(folder))["permissions"]
        assert permissions["verdict"] == "warn"
        assert copy.name in permissions["seen"]
        assert permissions["todo"] == f"chmod o-rwx {copy.parent}"
        copy.chmod(0o666)
        assert doctor(kept)["permissions"]["verdict"] == "bad"
        copy.chmod(0o600)


def test_files_of_two_users_are_bad(kept: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("not run: only root gives files away")
    kept.with_name("sales.db.lock").touch()
    os.chown(kept.with_name("sales.db.lock"), 1234, 1234)
    permissions = doctor(kept)["permissions"]
    assert permissions["verdict"] == "bad"
    assert "sales.db.lock: user 1234" in permissions["seen"]


def test_a_clock_behind_the_newest_receipt_is_bad(kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("UPDATE sales SET received_at_us = received_at_us + 90000000000")
        connection.commit()
    clock = doctor(kept)["clock"]
    assert clock["verdict"] == "bad"
    assert "received 1 day" in clock["seen"]


def test_a_file_of_another_release_is_bad(kept: Path) -> None:
    assert command("migrate", "downgrade", "--to", "3", database=kept).returncode == 0
    schema = doctor(kept)["schema"]
    assert (schema["verdict"], schema["todo"]) == ("bad", "python -m quart_app migrate upgrade")
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("INSERT INTO migrations VALUES (9999, 'later', 'x', 0)")
        connection.commit()
    assert "newer release" in doctor(kept)["schema"]["seen"]
    kept.write_text("a text")
    assert "not a database of this service" in doctor(kept)["schema"]["seen"]


def test_backups_grow_old(kept: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    assert doctor(kept, backup_dir=str(folder))["backup folder"]["verdict"] == "bad"
    folder.mkdir()
    often = {"backup_dir": str(folder), "backup_every_minutes": "60"}
    verdicts = doctor(kept, **often)
    assert verdicts["backup"]["verdict"] == "bad"
    assert "on the database's own disk" in verdicts["backup folder"]["seen"]
    assert command("backup", str(folder), database=kept).returncode == 0
    assert doctor(kept, **often)["backup"]["verdict"] == "ok"
    last = last_backup(kept)
    assert last is not None
    note = kept.with_name("sales.db.last-backup")
    for hours, verdict, by_hand in ((1, "ok", "ok"), (50, "bad", "warn")):
        aged = {"taken_at_us": last.taken_at_us - hours * 3_600_000_000}
        note.write_text(json.dumps(json.loads(note.read_text()) | aged))
        assert doctor(kept, **often)["backup"]["verdict"] == verdict
        assert doctor(kept)["backup"]["verdict"] == by_hand
    note.write_text(json.dumps({**json.loads(note.read_text()), "taken_at_us": last.taken_at_us}))
    Path(last.file).unlink()
    assert "not there any more" in doctor(kept)["backup"]["seen"]


def test_the_kind_of_file_system_is_that_of_the_nearest_mount(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nhost:/x /mnt/my\\040shop nfs4 rw 0 0\n"
        "x /mnt/my\\040shop/a fuse.sshfs rw 0 0\ny /mnt/my\\040shop/a xfs rw 0 0\n"
    )
    for folder, kind in (
        ("/var/lib", "ext4"),
        ("/mnt/my shop/b", "nfs4"),
        ("/mnt/my shop/a", "xfs"),
    ):
        assert kind_of_file_system(Path(folder), mounts) == kind
    assert kind_of_file_system(Path("/"), tmp_path / "none") is None


def test_which_sqlite_has_the_wal_reset_bug() -> None:
    for version, has_it in {
        (3, 40, 1): True,
        (3, 44, 5): True,
        (3, 44, 6): False,
        (3, 45, 0): True,
        (3, 50, 6): True,
        (3, 50, 7): False,
        (3, 51, 0): True,
        (3, 51, 2): True,
        (3, 51, 3): False,
        (3, 52, 0): False,
    }.items():
        assert has_wal_reset_bug(version) is has_it, version
