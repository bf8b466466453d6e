"""Malformed requests to batches, held receipts, voids and tills: no 5xx, nothing stored of them."""

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
from tests.faults.load import Answer, Connection
from tests.faults.malformed_batches import Wrong, wrong_requests
from tests.faults.memory import MIB, require_memory_figures, resident_bytes
from tests.faults.table import Row
from tests.service import Service, with_catalogue

_GROWTH = 30 * MIB
_CONNECTIONS = 8


class Tally:
    """How requests were answered."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.kinds: Counter[str] = Counter()
        self.counted: Counter[str] = Counter()
        self.held: set[str] = set()
        self.failures: list[tuple[int | None, Wrong]] = []

    def note(self, wrong: Wrong, answer: Answer) -> None:
        """Take down an answer, and of a batch what is said to be kept of it."""
        self.statuses[answer.status] += 1
        if answer.status >= 500:
            self.failures.append((answer.status, wrong))
        elif answer.status >= 400:
            self.kinds[wrong.kind] += 1
        elif wrong.is_batch and b"dry_run" not in wrong.raw.partition(b"\r\n")[0]:
            for result in json.loads(answer.body)["results"]:
                if result["status"] == "created":
                    self.counted[result["receipt_id"]] += 1
                elif result["status"] in {"held", "conflict"}:
                    self.held.add(result["receipt_id"])
                elif result["status"] == "rejected":
                    self.kinds[wrong.kind] += 1


@pytest.mark.fault("malformed requests to batches and the like")
def test_malformed_requests(database: Path, start: Start, row: Row, long: bool) -> None:
    require_memory_figures()
    count = 10_000 if long else 1_000
    service, tally = with_catalogue(start(database)), Tally()
    requests = wrong_requests(seed=15)
    asyncio.run(_send_all(service, tally, islice(requests, count // 5)))
    warm = resident_bytes(service.process.pid)
    asyncio.run(_send_all(service, tally, islice(requests, count - count // 5)))
    grown = resident_bytes(service.process.pid) - warm
    row.runs, row.acknowledged = count, tally.counted.total()
    row.note = f"{dict(sorted(tally.statuses.items()))}, memory + {grown / MIB:.1f} MB"
    assert service.stop()[0] == 0
    assert not tally.failures, tally.failures[:3]
    assert len(tally.kinds) == 11, "not every kind was refused"
    with closing(sqlite3.connect(database)) as connection:
        assert list(disagreements(connection)) == []
        stored = Counter(one[0] for one in connection.execute("SELECT receipt_id FROM sales"))
        held = {one[0] for one in connection.execute("SELECT receipt_id FROM held_sales")}
    row.lost = len(tally.counted - stored)
    row.double = (stored - tally.counted).total()
    assert stored == tally.counted, "what is stored is not what was said to be created"
    assert held == tally.held, "what is held is not what was said to be held"
    assert grown < _GROWTH, row.note


async def _send_all(service: Service, tally: Tally, requests: Iterable[Wrong]) -> None:
    waiting = iter(requests)

    async def client() -> None:
        connection = await Connection.open(service)
        for wrong in waiting:
            # What was refused early may close the connection: the next request goes over another.
            for is_last_try in (False, True):
                if not connection.is_open or is_last_try:
                    await connection.close()
                    connection = await Connection.open(service)
                try:
                    await connection.send(wrong.raw)
                    tally.note(wrong, await connection.answer())
                    break
                except ConnectionError:
                    connection.is_open = False
                    if is_last_try:
                        tally.failures.append((None, wrong))
        await connection.close()

    async with asyncio.TaskGroup() as clients:
        for _ in range(_CONNECTIONS):
            clients.create_task(client())
