"""Floods of heads, bodies and connections: the others hardly notice, and memory stays."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import islice
from pathlib import Path
from urllib.parse import urljoin

import pytest

from tests.faults.beside import measured
from tests.faults.conftest import Start
from tests.faults.ledger import Ledger
from tests.faults.load import SALES, Connection, send_batch
from tests.faults.memory import MIB, forget_peak, peak_bytes, require_memory_figures, resident_bytes
from tests.faults.receipts import receipts
from tests.faults.settling import settle
from tests.faults.table import Row
from tests.service import API, Service, with_catalogue

pytestmark = pytest.mark.alone

_MEMORY = 20 * MIB
_FILLING = 8
_SOURCE = "127.0.0.2"
_HEAD = f"POST {SALES} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n".encode()
_IMPORT = f"POST {API}/products/import HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n"
_CHUNK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"

Trouble = Callable[[Service], AbstractAsyncContextManager[None]]


def _flood(connections: int, turn: Callable[[Connection], AsyncIterator[None]]) -> Trouble:
    """So many clients at once, each beginning anew when it is refused, until the block ends."""

    @asynccontextmanager
    async def flood(service: Service) -> AsyncIterator[None]:
        async def client(number: int) -> None:
            await asyncio.sleep(number / connections)
            while True:
                connection = await Connection.open(service, _SOURCE)
                try:
                    async for _ in turn(connection):
                        pass
                except ConnectionError:
                    # Refused: that is what is to be seen here.
                    connection.is_open = False
                finally:
                    connection.abort()
                await asyncio.sleep(1)

        async with asyncio.TaskGroup() as clients:
            tasks = [clients.create_task(client(number)) for number in range(connections)]
            await asyncio.sleep(1.2)
            yield
            for task in tasks:
                task.cancel()
        await asyncio.sleep(0.1)

    return flood


async def _long_heads(connection: Connection) -> AsyncIterator[None]:
    """Header lines and no end; at once, as this client's own work would slow what is measured."""
    await connection.send(_HEAD + (b"X: " + b"y" * 2_000 + b"\r\n") * 20)
    yield
    assert (await connection.answer()).status == 431


async def _many_heads(connection: Connection) -> AsyncIterator[None]:
    await connection.send(_HEAD + b"X: 1\r\n" * 1_000 + b"\r\n")
    yield
    assert (await connection.answer()).status == 431


async def _huge_bodies(connection: Connection) -> AsyncIterator[None]:
    """A gigabyte, as far as it gets; at a pace that leaves the machine to others."""
    await connection.send(_IMPORT.encode() + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(1_024 * MIB // 0x10000):
        await connection.send(_CHUNK)
        yield
        await asyncio.sleep(0.1)


_WORDS = itertools.cycle(
    (
        ("sales/batch", "application/x-ndjson"),
        ("sales/batch", "application/json"),
        ("/sign-in", "application/x-www-form-urlencoded"),
        ("sales/a/void", "application/json"),
    )
)


async def _huge_batches(connection: Connection) -> AsyncIterator[None]:
    """The same, to whatever else reads a body."""
    path, media_type = next(_WORDS)
    target = urljoin(f"{API}/", path)
    head = (
        f"POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\n"
        "Origin: http://localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    await connection.send(head.encode() + b"1\r\n[\r\n")
    for _ in range(1_024 * MIB // 0x10000):
        await connection.send(_CHUNK)
        yield
        await asyncio.sleep(0.1)


async def _silence(connection: Connection) -> AsyncIterator[None]:
    await connection.send(b"GET")
    yield
    await asyncio.sleep(3)


_FLOODS = {
    "200 clients: heads without end": _flood(200, _long_heads),
    "200 clients: a thousand headers": _flood(200, _many_heads),
    "8 clients: bodies of 1 GB": _flood(8, _huge_bodies),
    "8 clients: batches and forms of 1 GB": _flood(8, _huge_batches),
    "400 connections of one address": _flood(400, _silence),
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.fault(name)) for name in _FLOODS],
)
def test_flood(name: str, database: Path, start: Start, row: Row, long: bool) -> None:
    require_memory_figures()
    rounds, posts, bound = (8, 1_600, 2.0) if long else (1, 400, 4.0)
    service, ledger = with_catalogue(start(database)), Ledger()
    source = receipts("F", seed=21)
    # The caches of pages and amounts grow with some sixty thousand receipts, flood or none.
    for _ in range(_FILLING if long else 0):
        send_batch(service, ledger, list(islice(source, 10_000)))
    # As many receipts as will come beside the flood, so that what they fill is full already.
    asyncio.run(measured(service, ledger, source, 1 if long else rounds, posts, _nothing))
    pid = service.process.pid
    before = resident_bytes(pid)
    forget_peak(pid)
    without, beside = asyncio.run(measured(service, ledger, source, rounds, posts, _FLOODS[name]))
    grown = peak_bytes(pid) - before
    row.runs, row.acknowledged = rounds, len(ledger.acknowledged)
    row.note = (
        f"p99 {without * 1e3:.0f} ms without, {beside * 1e3:.0f} ms beside, "
        f"memory + {grown / MIB:.1f} MB"
    )
    assert beside <= bound * without, row.note
    assert grown <= _MEMORY, row.note
    settle(service, ledger, row)


@asynccontextmanager
async def _nothing(_: Service) -> AsyncIterator[None]:
    yield


def test_without_a_limit_for_one_address_it_takes_every_place(database: Path, start: Start) -> None:
    """The control: where one client may have all connections, the others are turned away."""
    limits = {"connections": "50", "connections_per_client": "50"}
    service = with_catalogue(start(database, **limits))
    service.client.close()

    async def others() -> int:
        async with _flood(100, _silence)(service):
            connection = await Connection.open(service)
            answer = await connection.post(b"{}")
            await connection.close()
        return answer.status

    assert asyncio.run(others()) == 503
