"""Batches, holds and voids under kills, SIGTERM and power cuts: what was acknowledged stands.

A hold that was acknowledged is there afterwards, held or counted; a void is still one; a receipt of
a batch is as safe as one that came alone. When the catalogue is completed every figure is right.
"""

import random
import sqlite3
import time
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from tests.faults.conftest import Start
from tests.faults.ledger import Ledger, check_file, differing_reports
from tests.faults.load import deliver, under_load
from tests.faults.mixed import MixedLoad, complete_catalogue, deliver_mixed, void_again
from tests.faults.powerlog import compiled, preloading, read_log
from tests.faults.receipts import receipts
from tests.faults.settling import check_copy, judge, killed, settle
from tests.faults.table import Row
from tests.faults.test_power_cut import _cuts, _found_after
from tests.service import Service, with_catalogue


def open_ends(service: Service, ledger: Ledger) -> None:
    """Send again all that was not answered."""
    deliver(service, ledger, ledger.unacknowledged())
    assert not ledger.unacknowledged(), ledger.statuses
    void_again(service, ledger)


def come_right(service: Service, ledger: Ledger, row: Row) -> None:
    """Complete the catalogue: all is counted but what was voided, and the file agrees."""
    complete_catalogue(service)
    assert ledger.statuses[202] > 0, "nothing was held"
    assert ledger.voids_sent, "nothing was voided"
    row.acknowledged = len(ledger.acknowledged) + len(ledger.voided_at_ns)
    row.note = f"{len(ledger.voided_at_ns)} voids, {ledger.statuses[202]} times held"
    settle(service, ledger, row)


@pytest.mark.fault("kill -9 under batches, holds and voids")
def test_killed(database: Path, tmp_path: Path, start: Start, row: Row, long: bool) -> None:
    cycles, acknowledged_a_cycle = (50, 420) if long else (3, 150)
    chance, ledger = random.Random(19), Ledger()
    source = receipts("MK", seed=19, wide_every=60, strange_every=7)
    service = with_catalogue(start(database))
    for _ in range(cycles):
        before = len(ledger.acknowledged)
        with under_load(service, ledger, source, 24, MixedLoad) as is_posting:
            while len(ledger.acknowledged) < before + acknowledged_a_cycle and is_posting():
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.1))
            killed(service)
        row.runs += 1
        judge(row, check_copy(database, ledger, tmp_path / "copy"))
        service = start(database)
        open_ends(service, ledger)
    come_right(service, ledger, row)


@pytest.mark.fault("SIGTERM under batches, holds and voids")
def test_terminated(database: Path, tmp_path: Path, start: Start, row: Row, long: bool) -> None:
    chance, ledger = random.Random(18), Ledger()
    source = receipts("MQ", seed=18, wide_every=60, strange_every=7)
    service = with_catalogue(start(database))
    for _ in range(20 if long else 3):
        with under_load(service, ledger, source, 24, MixedLoad):
            time.sleep(chance.uniform(0.2, 0.6))
            status, said = service.stop()
        assert status == 0, said
        assert set(ledger.statuses) <= {200, 201, 202, 503}, ledger.statuses
        row.runs += 1
        judge(row, check_copy(database, ledger, tmp_path / "copy"))
        service = start(database)
        open_ends(service, ledger)
    come_right(service, ledger, row)


@pytest.mark.fault("power cut under batches, holds and voids")
def test_power_cut(tmp_path: Path, start: Start, row: Row, long: bool) -> None:
    library = compiled(tmp_path)
    for seed in range(6 if long else 1):
        folder = tmp_path / str(seed)
        folder.mkdir()
        database, ledger = folder / "data" / "sales.db", Ledger()
        extra = preloading(library, folder / "powerlog", database, slow_us=3_000)
        source = receipts(f"MP{seed}", seed, wide_every=9, strange_every=5)
        for life in range(2):
            service = start(database, extra=extra)
            if life == 0:
                with_catalogue(service)
            deliver_mixed(service, ledger, islice(source, 150))
            if life == 0:
                killed(service)
        come_right(service, ledger, row)
        records = read_log(folder / "powerlog")
        for cut in _cuts(records, database.parent, random.Random(seed), 1 if long else 12):
            findings = _found_after(cut, ledger, folder / "cut", database.name)
            row.runs += 1
            row.lost += len(findings.lost)
            row.double += len(findings.double)
            assert findings.is_sound, (cut.instant_ns, cut.kept, findings)


def test_a_lost_hold_and_a_lost_void_are_seen(database: Path, start: Start) -> None:
    """The control: a hold is taken out of the file, a void taken back, another one put in."""
    service, ledger = with_catalogue(start(database)), Ledger()
    deliver_mixed(service, ledger, islice(receipts("MC", seed=17, strange_every=4), 120))
    assert service.stop()[0] == 0
    assert check_file(database, ledger).is_sound
    held = _one(database, "SELECT receipt_id FROM held_sales WHERE voided_at_us IS NULL")
    voided = _one(database, "SELECT receipt_id FROM sales WHERE voided_at_us IS NOT NULL")
    counted = _one(database, "SELECT receipt_id FROM sales WHERE voided_at_us IS NULL")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM held_sales WHERE receipt_id = ?", (held,))
        connection.execute("UPDATE sales SET voided_at_us = NULL WHERE receipt_id = ?", (voided,))
        connection.execute("UPDATE sales SET voided_at_us = 1 WHERE receipt_id = ?", (counted,))
    findings = check_file(database, ledger)
    assert findings.lost == [held, f"the void of {voided}"]
    assert f"{counted} was never voided" in findings.complaints
    assert any("store_day_totals" in one for one in findings.complaints)


def test_a_receipt_that_is_held_and_counted_is_double(database: Path, start: Start) -> None:
    service, ledger = with_catalogue(start(database)), Ledger()
    deliver(service, ledger, islice(receipts("MD", seed=17, strange_every=4), 8))
    assert differing_reports(service, ledger.in_reports())
    assert service.stop()[0] == 0
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "UPDATE held_sales SET receipt_id = 'MD-000001' WHERE receipt_id = 'MD-000004'"
        )
    findings = check_file(database, ledger)
    assert (findings.lost, findings.double) == (["MD-000004"], ["MD-000001"])


def _one(database: Path, sql: str) -> str:
    with closing(sqlite3.connect(database)) as connection:
        return str(connection.execute(sql).fetchone()[0])
