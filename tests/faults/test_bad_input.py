"""Malformed bodies: refused as the client's fault, nothing stored of them, no memory kept."""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from tests.faults.conftest import Start
from tests.faults.figures import disagreements
from tests.faults.load import Connection, HungUp
from tests.faults.malformed import Malformed, malformed
from tests.faults.memory import MIB, require_memory_figures, resident_bytes
from tests.faults.receipts import receipts
from tests.faults.table import Row
from tests.service import Service, with_catalogue

_GROWTH = 30 * MIB
_CONNECTIONS = 8


class Tally:
    """How bodies were answered."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.counted: list[str] = []
        """The receipts that were answered 201 after all."""
        self.failures: list[tuple[int | None, Malformed]] = []
        """Answered 5xx, or not at all."""


@pytest.mark.fault("malformed bodies")
def test_malformed_bodies(database: Path, start: Start, row: Row, long: bool) -> None:
    require_memory_figures()
    count = 10_000 if long else 1_000
    service, tally = with_catalogue(start(database)), Tally()
    bodies = malformed(seed=14)
    asyncio.run(_post_all(service, tally, islice(bodies, count // 5)))
    warm = resident_bytes(service.process.pid)
    asyncio.run(_post_all(service, tally, islice(bodies, count - count // 5)))
    grown = resident_bytes(service.process.pid) - warm
    row.runs = count
    row.acknowledged = len(tally.counted)
    row.note = f"{dict(sorted(tally.statuses.items()))}, memory + {grown / MIB:.1f} MB"
    assert service.stop()[0] == 0
    stored = _stored(database)
    row.lost = len(set(tally.counted) - stored.keys())
    row.double = sum(times - 1 for times in stored.values())
    _judge(tally, stored)
    assert grown < _GROWTH, row.note


def _judge(tally: Tally, stored: Counter[str]) -> None:
    assert not tally.failures, tally.failures[:3]
    assert tally.statuses[400] > 0
    assert tally.statuses[422] > 0
    assert Counter(tally.counted) == stored, "what is stored is not what was answered 201"


async def _post_all(service: Service, tally: Tally, bodies: Iterable[Malformed]) -> None:
    waiting = iter(bodies)

    async def client() -> None:
        connection = await Connection.open(service)
        for bad in waiting:
            if not connection.is_open:
                await connection.close()
                connection = await Connection.open(service)
            await _post(connection, tally, bad)
        await connection.close()

    async with asyncio.TaskGroup() as clients:
        for _ in range(_CONNECTIONS):
            clients.create_task(client())


async def _post(connection: Connection, tally: Tally, bad: Malformed) -> None:
    try:
        answer = await connection.post(bad.body, content_type=bad.content_type)
    except HungUp:
        connection.is_open = False
        tally.failures.append((None, bad))
        return
    tally.statuses[answer.status] += 1
    if answer.status >= 500:
        tally.failures.append((answer.status, bad))
    elif answer.status == 201:
        tally.counted.append(json.loads(answer.body)["receipt_id"])


def _stored(database: Path) -> Counter[str]:
    """The receipts of a file whose figures all agree."""
    with closing(sqlite3.connect(database)) as connection:
        assert list(disagreements(connection)) == []
        return Counter(one[0] for one in connection.execute("SELECT receipt_id FROM sales"))


def test_a_500_and_a_stray_receipt_are_seen(database: Path, start: Start) -> None:
    """The control: a table is taken away under the service, and a receipt put into its file."""
    service, tally = with_catalogue(start(database, log="error")), Tally()
    good = [Malformed("none", one.body) for one in islice(receipts("V", seed=1), 10)]
    bad = [Malformed("no object", b"null"), Malformed("no JSON", b"{")]
    asyncio.run(_post_all(service, tally, [*good[:9], *bad]))
    assert len(tally.counted) == 9
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("ALTER TABLE sale_tenders RENAME TO taken_away")
    failing = Tally()
    asyncio.run(_post_all(service, failing, good[9:]))
    assert [status for status, _ in failing.failures] == [500]
    assert service.stop()[0] == 0
    stored = _stored(database)
    _judge(tally, stored)
    with pytest.raises(AssertionError, match="answered 201"):
        _judge(tally, stored + Counter(["stray"]))
