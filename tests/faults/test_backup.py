"""Backups under load, killed, and on a full disk: good ones are exact, and no other looks good."""

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from quart_app.backups.last import last_backup
from tests.every_report import every_report
from tests.faults.conftest import Start
from tests.faults.disks import small_disk
from tests.faults.figures import disagreements
from tests.faults.ledger import Ledger
from tests.faults.load import deliver, under_load
from tests.faults.mixed import MixedLoad
from tests.faults.receipts import MONTH, receipts
from tests.faults.table import Row
from tests.killing import ALL, MOVES, killed_before_each
from tests.service import ROOT, command, environment, serving, with_catalogue

WRITES = ("pwrite64", "write")
_CLIENTS = 32


def backed_up(database: Path, to: Path) -> tuple[int, int]:
    """Make a backup; when it began and when it had ended, by the monotonic clock."""
    begun = time.monotonic_ns()
    done = command("backup", str(to), database=database)
    assert done.returncode == 0, done.stderr
    return begun, time.monotonic_ns()


@pytest.mark.fault("backup under load")
def test_backups_under_load(
    database: Path, tmp_path: Path, start: Start, row: Row, long: bool
) -> None:
    """Each is of one instant: its reports are those of a service that was sent just its receipts.

    All that had been answered before it began is in it, nothing that was sent after it had ended.
    """
    ledger, service = Ledger(), with_catalogue(start(database))
    source = receipts("B", seed=12, wide_every=40, strange_every=50)
    # So many that copying them takes a while.
    deliver(service, ledger, islice(source, 10_000 if long else 500))
    times, rates = [], []
    for number in range(6 if long else 2):
        kind = {"kind": MixedLoad} if number % 2 else {}
        with under_load(service, ledger, source, connections=_CLIENTS, **kind):
            time.sleep(1 if long else 0.2)
            before = len(ledger.acknowledged)
            times.append(backed_up(database, tmp_path / f"backup-{number}"))
            seconds = (times[-1][1] - times[-1][0]) / 1e9
            rates.append((len(ledger.acknowledged) - before) / seconds)
    status, said = service.stop()
    assert status == 0, said
    row.note = f"at {min(rates):,.0f} to {max(rates):,.0f} receipts a second meanwhile"
    for number, (begun, ended) in enumerate(times):
        row.runs += 1
        backup = tmp_path / f"backup-{number}"
        fed = is_of_one_instant(backup, tmp_path / str(number), ledger, begun, ended)
        row.acknowledged += fed


def is_of_one_instant(backup: Path, folder: Path, ledger: Ledger, begun: int, ended: int) -> int:
    """Restore a backup, compare it with a service that is fed its receipts; how many they are."""
    restored, fed = folder / "restored" / "sales.db", folder / "fed" / "sales.db"
    done = command("restore", str(backup), database=restored)
    assert done.returncode == 0, done.stderr
    with closing(sqlite3.connect(restored)) as connection:
        assert list(disagreements(connection)) == []
        # As they came; "last of its till" is kept by the order in which a group was written.
        rows = connection.execute(
            "SELECT receipt_id, is_voided FROM ("
            "SELECT receipt_id, voided_at_us IS NOT NULL AS is_voided, received_at_us FROM sales "
            "UNION ALL SELECT receipt_id, voided_at_us IS NOT NULL, received_at_us "
            "FROM held_sales WHERE status = 'held') "
            "ORDER BY receipt_id IN (SELECT last_receipt_id FROM tills), received_at_us, receipt_id"
        ).fetchall()
    is_there = {receipt_id for receipt_id, _ in rows}
    assert len(is_there) == len(rows), "a receipt is there twice"
    assert ledger.acknowledged_before(begun) <= is_there
    voided = {receipt_id for receipt_id, is_voided in rows if is_voided}
    assert ledger.voided_before(begun) <= voided
    late = [one for one in is_there if ledger.sent_at_ns[one] > ended]
    assert not late, "sent after the backup had ended, and in it"
    with serving(restored) as service:
        reports = every_report(service, MONTH)
    # Tills number their receipts from one: what is missing was under way, and is missing there too.
    with serving(fed) as service:
        with_catalogue(service)
        for some in batched([one for one, _ in rows], 2_000):
            service.batch(b"\n".join(ledger.sent[one].body for one in some))
        for receipt_id in sorted(voided):
            service.post(f"/sales/{receipt_id}/void").raise_for_status()
        assert every_report(service, MONTH) == reports
    return len(is_there)


def batched(names: list[str], size: int) -> Iterator[list[str]]:
    return (names[i : i + size] for i in range(0, len(names), size))


@pytest.mark.fault("backup, then more load")
def test_nothing_that_comes_after_the_instant_is_in_it(
    database: Path, tmp_path: Path, start: Start, row: Row
) -> None:
    """Posting stops, the reports are asked, and goes on as soon as the instant is past.

    The copying is slowed down, so that much comes in between its first page and its last.
    """
    ledger, service = Ledger(), with_catalogue(start(database))
    source = receipts("I", seed=13, wide_every=10)
    deliver(service, ledger, islice(source, 400))
    reports = every_report(service, MONTH)
    slow = [shutil.which("strace") or pytest.skip("not run: needs strace"), "-f", "-qq"]
    slow += ["-o", "/dev/null", "-e", "inject=pread64:delay_enter=4000"]
    with backing_up(database, tmp_path / "one", slow, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        # What is printed first is printed when the copying has begun.
        assert process.stderr.readline() == b"Copying\n"
        with under_load(service, ledger, source, connections=8):
            assert process.wait(60) == 0
    assert len(ledger.acknowledged) > 400
    row.runs, row.acknowledged = 1, len(ledger.acknowledged)
    assert service.stop()[0] == 0
    restored = tmp_path / "restored" / "sales.db"
    assert command("restore", str(tmp_path / "one"), database=restored).returncode == 0
    with serving(restored) as again:
        assert every_report(again, MONTH) == reports


def backing_up(
    database: Path, to: Path, prefix: Sequence[str] = (), **options: Any
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*prefix, sys.executable, "-m", "quart_app", "backup", str(to)],
        cwd=ROOT,
        env=environment(database, {}),
        **({"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | options),
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("small") / "sales.db"
    with serving(database) as service:
        deliver(with_catalogue(service), Ledger(), islice(receipts("S", seed=14), 200))
    return database


def require_good_or_none(folder: Path, tmp_path: Path) -> int:
    """Whatever has the name of a backup is a good one; how many there are."""
    good = [path for path in folder.iterdir() if ".unfinished" not in path.name]
    good = [path for path in good if path.name != "ballast"]
    for path in good:
        restored = tmp_path / "checked" / "sales.db"
        assert command("restore", str(path), database=restored).returncode == 0, path
        shutil.rmtree(restored.parent)
    return len(good)


@pytest.mark.fault("backup killed at random")
def test_killed_at_any_moment(small: Path, tmp_path: Path, row: Row, long: bool) -> None:
    chance, folder = random.Random(15), tmp_path / "backups"
    folder.mkdir()
    left = 0
    for _ in range(100 if long else 6):
        with backing_up(small, folder / f"{row.runs}.backup") as process:
            while process.poll() is None and not list(folder.glob(".*unfinished")):
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.25))
            process.send_signal(signal.SIGKILL)
        row.runs += 1
        left += any("unfinished" in path.name for path in folder.iterdir())
    good = require_good_or_none(folder, tmp_path)
    row.note = f"{good} had been made, {left} left something unfinished"
    # The next one takes away what the others left.
    assert command("backup", str(folder / "last"), database=small).returncode == 0
    assert require_good_or_none(folder, tmp_path) == good + 1 == len(list(folder.iterdir()))


@pytest.mark.fault("backup killed at each call")
def test_killed_before_each_call(small: Path, tmp_path: Path, row: Row, long: bool) -> None:
    """Before each write, sync and rename (in the short form before each rename and some writes)."""
    folder = tmp_path / "backups"

    def prepare() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()

    for calls, every in ((ALL, 1), (WRITES, 7)) if long else ((MOVES, 1), (WRITES[:1], 60)):
        words = ["backup", str(folder / "one")]
        for _ in killed_before_each(words, small, prepare, calls, every):
            row.runs += 1
            require_good_or_none(folder, tmp_path)
        assert [path.name for path in folder.iterdir()] == ["one"]
    assert row.runs >= 2


@pytest.mark.fault("backup on a full disk")
def test_on_a_full_disk_it_says_so_and_leaves_nothing(
    small: Path, tmp_path: Path, row: Row
) -> None:
    with small_disk(tmp_path / "disk", 16) as disk:
        target = disk.folder / "one"
        late, size, noted = 0, small.stat().st_size, last_backup(small)
        for leave in (0, 100_000, size - 20_000, size, size + 4_096, size + 8_192):
            disk.fill_up(leave=leave)
            found = disk.run("backup", str(target), database=small)
            if found.returncode != 0:
                assert "room" in found.stderr, found.stderr
                assert [one.name for one in disk.outside.iterdir()] == ["ballast"]
                assert last_backup(small) == noted
                late += "Copying" in found.stderr
                row.runs += 1
            else:
                assert leave > size
                require_good_or_none(disk.outside, tmp_path)
            disk.make_space()
        assert row.runs > 3
        assert late, "each was refused before it was begun"
        assert disk.run("backup", str(target), database=small).returncode == 0
        assert require_good_or_none(disk.outside, tmp_path) == 1
