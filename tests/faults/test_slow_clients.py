"""Clients that send a byte a second: the others hardly notice."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.beside import measured
from tests.faults.conftest import Start
from tests.faults.ledger import Ledger
from tests.faults.load import Connection, request
from tests.faults.receipts import receipts
from tests.faults.settling import settle
from tests.faults.table import Row
from tests.service import Service, with_catalogue

_SLOW = 200


@pytest.mark.alone
@pytest.mark.fault("200 clients a byte a second")
def test_slow_clients(database: Path, start: Start, row: Row, long: bool) -> None:
    rounds, posts, bound = (8, 1_600, 2.0) if long else (2, 400, 4.0)
    service, ledger = with_catalogue(start(database)), Ledger()
    without, beside = asyncio.run(
        measured(service, ledger, receipts("W", seed=11), rounds, posts, _slow_clients)
    )
    row.runs, row.acknowledged = _SLOW, len(ledger.acknowledged)
    row.note = f"p99 {without * 1e3:.0f} ms without them, {beside * 1e3:.0f} ms beside them"
    assert beside <= bound * without, row.note
    settle(service, ledger, row)


def test_a_service_that_stands_still_is_noticed(database: Path, start: Start) -> None:
    """The control: where the service is stopped now and then, the others do notice."""
    service, ledger = with_catalogue(start(database)), Ledger()
    without, beside = asyncio.run(
        measured(service, ledger, receipts("W", seed=12), 1, 200, _standstills)
    )
    assert beside > 4 * without


@asynccontextmanager
async def _slow_clients(service: Service) -> AsyncIterator[None]:
    connections = [await Connection.open(service) for _ in range(_SLOW)]

    async def drip(connection: Connection) -> None:
        for byte in request(next(receipts("never whole", seed=0)).body):
            await connection.send(bytes([byte]))
            await asyncio.sleep(1)

    async with asyncio.TaskGroup() as dripping:
        tasks = [dripping.create_task(drip(connection)) for connection in connections]
        await asyncio.sleep(1)
        yield
        for task in tasks:
            task.cancel()
    for connection in connections:
        connection.abort()
    await asyncio.sleep(0.1)


@asynccontextmanager
async def _standstills(service: Service) -> AsyncIterator[None]:
    async def stand_still() -> None:
        while True:
            service.process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(0.3)
            service.process.send_signal(signal.SIGCONT)
            await asyncio.sleep(0.1)

    task = asyncio.create_task(stand_still())
    yield
    task.cancel()
    await asyncio.wait({task})
    service.process.send_signal(signal.SIGCONT)
