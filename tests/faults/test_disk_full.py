"""A disk that is full: 507 at once, reads go on, and sales again as soon as there is space."""

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from tests.faults.conftest import Start
from tests.faults.disks import NAMED, SmallDisk, small_disk
from tests.faults.ledger import Ledger
from tests.faults.load import under_load
from tests.faults.receipts import MONTH, Line, Receipt, receipts
from tests.faults.settling import check_copy, judge, send_again
from tests.faults.table import Row
from tests.service import Service, environment, with_catalogue

_FULL_WITHIN_S = 60
_REFUSED_WITHIN_S = 1
_WORKS_WITHIN_S = 5
_ENDS_WITHIN_S = 15


@pytest.mark.fault("disk full")
def test_disk_full(tmp_path: Path, start: Start, row: Row, long: bool) -> None:
    ledger, source = Ledger(), receipts("D", seed=4, wide_every=5)
    with small_disk(tmp_path / "disk", 64 if long else 16) as disk:
        database = disk.outside / "data" / "sales.db"
        service = with_catalogue(_started(start, disk))
        for _ in range(5 if long else 1):
            row.runs += 1
            _fill_and_recover(service, disk, ledger, source)
            row.acknowledged = len(ledger.acknowledged)
            judge(row, check_copy(database, ledger, tmp_path / "copy"))
        status, said = service.stop()
        assert status == 0, said
        judge(row, check_copy(database, ledger, tmp_path / "copy"))


@pytest.mark.fault("disk full at the start and the end")
def test_disk_full_while_starting_and_stopping(tmp_path: Path, start: Start, row: Row) -> None:
    ledger, source = Ledger(), receipts("E", seed=5, wide_every=2)
    with small_disk(tmp_path / "disk", 16) as disk:
        database = disk.outside / "data" / "sales.db"
        service = with_catalogue(_started(start, disk))
        _post_for(0.7, service, ledger, source)
        disk.fill_up()
        _, said = service.stop(timeout=_ENDS_WITHIN_S)
        assert "Traceback" not in said, said
        _start_in_vain(disk)
        row.runs += 1
        row.acknowledged = len(ledger.acknowledged)
        judge(row, check_copy(database, ledger, tmp_path / "copy"))
        disk.make_space()
        restarted = _started(start, disk)
        send_again(restarted, ledger)
        status, said = restarted.stop()
        assert status == 0, said
        judge(row, check_copy(database, ledger, tmp_path / "copy"))


def _started(start: Start, disk: SmallDisk) -> Service:
    return start(disk.folder / "data" / "sales.db", prefix=disk.prefix, extra=NAMED)


def _start_in_vain(disk: SmallDisk) -> None:
    """Start with no byte free: whether it serves or gives up, it is then killed."""
    with subprocess.Popen(
        [*disk.prefix, sys.executable, "-m", "quart_app", "serve"],
        env=environment(disk.folder / "data" / "sales.db", {}) | NAMED,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as starting:
        time.sleep(2)
        starting.kill()


def _post_for(seconds: float, service: Service, ledger: Ledger, source: Iterator[Receipt]) -> None:
    with under_load(service, ledger, source, connections=8):
        time.sleep(seconds)


def _fill_and_recover(
    service: Service, disk: SmallDisk, ledger: Ledger, source: Iterator[Receipt]
) -> None:
    with under_load(service, ledger, source, connections=8):
        time.sleep(0.3)
        disk.fill_up()
        _wait_until(lambda: _nothing_is_taken(ledger), _FULL_WITHIN_S)
    smallest = _smallest(ledger)
    # What room the log has left takes a few that are small, one by one.
    _wait_until(lambda: _posted(service, ledger, next(smallest)).status_code == 507, _FULL_WITHIN_S)
    _answers_while_full(service, ledger, smallest)
    with under_load(service, ledger, source, connections=8):
        before = ledger.statuses[201]
        disk.make_space()
        _wait_until(lambda: ledger.statuses[201] > before, _WORKS_WITHIN_S)
    assert set(ledger.statuses) <= {200, 201, 507}, ledger.statuses
    send_again(service, ledger)


def _nothing_is_taken(ledger: Ledger) -> bool:
    refused, taken = ledger.statuses[507], ledger.statuses[201]
    time.sleep(0.3)
    return ledger.statuses[507] > refused and ledger.statuses[201] == taken


def _smallest(ledger: Ledger) -> Iterator[Receipt]:
    """Receipts that take as little room as any, and all the same."""
    line = Line(product_id=1, quantity_milli=1_000, gross_minor=6_495, discount_minor=0)
    for number in itertools.count(len(ledger.sent)):
        sent = {
            "receipt_id": f"small-{number:06}",
            "store_id": 1,
            "occurred_at": f"{MONTH}-15T12:00:00+03:00",
            "lines": [{"product_id": 1, "quantity": "1", "unit_price": "64.95"}],
        }
        yield Receipt(
            receipt_id=f"small-{number:06}",
            store_id=1,
            is_sale=True,
            business_date=(date(2025, 10, 15) - date(1970, 1, 1)).days,
            lines=(line,),
            body=json.dumps(sent).encode(),
        )


def _posted(service: Service, ledger: Ledger, receipt: Receipt) -> httpx.Response:
    ledger.sends(receipt)
    reply = service.client.post(
        "/sales", content=receipt.body, headers={"Content-Type": "application/json"}
    )
    ledger.answered(receipt, reply.status_code)
    return reply


def _answers_while_full(service: Service, ledger: Ledger, smallest: Iterator[Receipt]) -> None:
    for _ in range(10):
        begun = time.monotonic()
        reply = _posted(service, ledger, next(smallest))
        assert time.monotonic() - begun < _REFUSED_WITHIN_S
        assert reply.status_code == 507, reply.text
        assert int(reply.headers["Retry-After"]) >= 0
        assert reply.json()["code"] == "storage_full"
        for path in (f"/reports/top-stores?month={MONTH}", "/products", "/sales?limit=5"):
            assert service.get(path).status_code == 200


def _wait_until(happened: Callable[[], bool], within_s: float) -> None:
    until = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < until, f"not within {within_s} s"
        time.sleep(0.01)


def test_a_disk_with_space_is_not_full(tmp_path: Path, start: Start) -> None:
    """The control: with space left, the same questions find no 507."""
    ledger = Ledger()
    with small_disk(tmp_path / "disk", 16) as disk:
        service = with_catalogue(_started(start, disk))
        with pytest.raises(AssertionError):
            _answers_while_full(service, ledger, _smallest(ledger))
        assert service.stop()[0] == 0


def test_readyz_says_that_the_disk_is_full_and_that_it_is_not(tmp_path: Path, start: Start) -> None:
    """Although nobody posts any more: a proxy has been told not to."""
    with small_disk(tmp_path / "disk", 16) as disk:
        service = with_catalogue(_started(start, disk))
        ledger, source = Ledger(), receipts("R", seed=6, wide_every=2)
        assert _checks(service)[0] == 200
        disk.fill_up()
        status, failed = _checks(service)
        assert (status, "space" in failed) == (503, True), failed
        with under_load(service, ledger, source, connections=8):
            _wait_until(lambda: ledger.statuses[507] > 0, _FULL_WITHIN_S)
        status, failed = _checks(service)
        assert (status, failed) == (503, ["space", "last_write"])
        disk.make_space()
        _wait_until(lambda: _checks(service)[0] == 200, _WORKS_WITHIN_S)
        assert service.post("/products", {"name": "Tea", "price": "1.00"}).status_code == 201
        status, said = service.stop()
        assert status == 0, said
        assert said.count("the disk does not take what is written") == 1, said
        assert said.count("the disk takes what is written again") == 1, said


def _checks(service: Service) -> tuple[int, list[str]]:
    """The status of /readyz, and the checks that failed."""
    reply = service.get(f"{service.url}/readyz")
    return reply.status_code, [
        one["check"] for one in reply.json()["checks"] if one["verdict"] == "failed"
    ]
