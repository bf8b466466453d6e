"""How long others wait for their answers beside some trouble, and without it."""

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager

from tests.faults.ledger import Ledger
from tests.faults.load import Connection
from tests.faults.receipts import Receipt
from tests.service import Service

_OTHERS = 8


async def measured(
    service: Service,
    ledger: Ledger,
    source: Iterator[Receipt],
    rounds: int,
    posts: int,
    trouble: Callable[[Service], AbstractAsyncContextManager[None]],
) -> tuple[float, float]:
    """The 99th percentile of answers without and beside the trouble, round by round in turn."""
    took_s: dict[bool, list[float]] = {False: [], True: []}
    await _round(service, ledger, source, posts // 4)
    for _ in range(rounds):
        took_s[False] += await _round(service, ledger, source, posts)
        async with trouble(service):
            took_s[True] += await _round(service, ledger, source, posts)
    return _p99(took_s[False]), _p99(took_s[True])


async def _round(
    service: Service, ledger: Ledger, source: Iterator[Receipt], posts: int
) -> list[float]:
    took_s = []

    async def client() -> None:
        connection = await Connection.open(service)
        for _ in range(posts // _OTHERS):
            if not connection.is_open:
                await connection.close()
                connection = await Connection.open(service)
            receipt = next(source)
            ledger.sends(receipt)
            begun = time.perf_counter()
            answer = await connection.post(receipt.body)
            took_s.append(time.perf_counter() - begun)
            ledger.answered(receipt, answer.status)
        await connection.close()

    async with asyncio.TaskGroup() as clients:
        for _ in range(_OTHERS):
            clients.create_task(client())
    return took_s


def _p99(took_s: list[float]) -> float:
    return sorted(took_s)[math.ceil(len(took_s) * 0.99) - 1]
