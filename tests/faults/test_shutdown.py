"""SIGTERM under load: what was begun is answered or safely absent, and the end comes in time."""

import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.faults.conftest import Start
from tests.faults.ledger import Ledger
from tests.faults.load import request, under_load
from tests.faults.receipts import receipts
from tests.faults.settling import check_copy, judge, send_again, settle
from tests.faults.table import Row
from tests.service import Service, with_catalogue

_GRACEFUL_S = 3
_MARGIN_S = 2
"""On top of the graceful time; this bound is part of the promise."""


@pytest.mark.fault("SIGTERM under load")
def test_terminated_under_load(
    database: Path, tmp_path: Path, start: Start, row: Row, long: bool
) -> None:
    chance, ledger = random.Random(8), Ledger()
    source = receipts("Q", seed=8, wide_every=20)
    service = with_catalogue(start(database, graceful_timeout_s=str(_GRACEFUL_S)))
    longest_s = 0.0
    for cycle in range(20 if long else 3):
        with _half_a_body(service, held=cycle % 3 == 2):
            with under_load(service, ledger, source):
                time.sleep(chance.uniform(0.2, 0.8))
                took_s = _seconds_to_end(service, _GRACEFUL_S + _MARGIN_S)
            longest_s = max(longest_s, took_s)
        status, said = service.process.returncode, service.process.communicate()[0]
        assert status == 0, said
        assert set(ledger.statuses) <= {200, 201, 503}, ledger.statuses
        row.runs += 1
        row.acknowledged = len(ledger.acknowledged)
        judge(row, check_copy(database, ledger, tmp_path / "copy"))
        service = start(database, graceful_timeout_s=str(_GRACEFUL_S))
        send_again(service, ledger)
    row.note = f"took at most {longest_s:.1f} s of {_GRACEFUL_S + _MARGIN_S}"
    settle(service, ledger, row)


def test_a_held_body_is_cut_off_without_a_traceback(database: Path, start: Start) -> None:
    service = start(database, graceful_timeout_s="1")
    with _half_a_body(service, held=True):
        status, said = service.stop()
    assert status == 0, said
    assert "Traceback" not in said, said


@contextmanager
def _half_a_body(service: Service, *, held: bool) -> Iterator[None]:
    """Hold a connection open on which half of a body has come, and no more will."""
    if not held:
        yield
        return
    url = urlsplit(service.url)
    with socket.create_connection((url.hostname, url.port)) as connection:
        connection.sendall(request(b'{"store_id": 1, ', length=500))
        time.sleep(0.1)
        yield


def _seconds_to_end(service: Service, limit_s: float) -> float:
    """Send SIGTERM; TimeoutExpired where the process outlives its time."""
    begun = time.monotonic()
    service.client.close()
    service.process.send_signal(signal.SIGTERM)
    service.process.wait(limit_s)
    return time.monotonic() - begun


def test_a_service_that_does_not_end_is_noticed(database: Path, start: Start) -> None:
    """The control: a process that is stopped cannot end."""
    service = start(database)
    service.process.send_signal(signal.SIGSTOP)
    with pytest.raises(subprocess.TimeoutExpired):
        _seconds_to_end(service, 0.5)
