"""kill -9 under load: what was acknowledged is there once, what was not can be sent again."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.conftest import Start
from tests.faults.ledger import Ledger
from tests.faults.load import under_load
from tests.faults.receipts import receipts
from tests.faults.settling import check_copy, judge, killed, send_again, settle
from tests.faults.table import Row
from tests.service import ROOT, environment, with_catalogue


@pytest.mark.fault("kill -9 under load")
def test_killed_under_load(
    database: Path, tmp_path: Path, start: Start, row: Row, long: bool
) -> None:
    cycles, acknowledged_a_cycle = (50, 420) if long else (3, 150)
    chance = random.Random(9)
    ledger = Ledger()
    source = receipts("K", seed=9, wide_every=40)
    service = with_catalogue(start(database))
    for _ in range(cycles):
        before = len(ledger.acknowledged)
        with under_load(service, ledger, source) as is_posting:
            while len(ledger.acknowledged) < before + acknowledged_a_cycle and is_posting():
                time.sleep(0.005)
            time.sleep(chance.uniform(0, 0.1))
            killed(service)
        row.runs += 1
        row.acknowledged += len(ledger.acknowledged) - before
        judge(row, check_copy(database, ledger, tmp_path / "copy"))
        service = start(database)
        send_again(service, ledger)
    settle(service, ledger, row)
    assert row.acknowledged >= cycles * acknowledged_a_cycle


@pytest.mark.fault("kill -9 while starting")
def test_killed_while_starting(
    database: Path, tmp_path: Path, start: Start, row: Row, long: bool
) -> None:
    """Killed while the file is made or the log is read back, the next start finds it whole."""
    chance = random.Random(10)
    ledger = Ledger()
    source = receipts("S", seed=10)
    for _ in range(30 if long else 4):
        _kill_while_starting(database, chance)
        row.runs += 1
    service = with_catalogue(start(database))
    with under_load(service, ledger, source):
        time.sleep(0.3)
        killed(service)
    for _ in range(20 if long else 3):
        _kill_while_starting(database, chance)
        row.runs += 1
        judge(row, check_copy(database, ledger, tmp_path / "copy"))
    row.acknowledged = len(ledger.acknowledged)
    settle(start(database), ledger, row)


def _kill_while_starting(database: Path, chance: random.Random) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "quart_app", "serve"],
        cwd=ROOT,
        env=environment(database, {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as starting:
        time.sleep(chance.uniform(0.1, 0.8))
        starting.kill()
