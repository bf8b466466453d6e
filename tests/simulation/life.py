"""A life of the service in a process of its own, told step by step what to do, killed at any await.

The services, the file and the engine are the real ones; only the clock is set from outside, and a
batch is written in groups of three, so that a crash finds it half written.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from quart_app.app import Services
from quart_app.database import group_commit
from quart_app.errors import ServiceError
from quart_app.products.models import Product
from quart_app.reports.models import Question, TopProductsQuestion
from quart_app.sales.held.models import HeldListing
from quart_app.sales.taking import batch
from quart_app.settings import Settings
from quart_app.stores.models import Store
from quart_app.tills.models import TillListing
from quart_app.values.calendar import Month, ZoneName
from quart_app.values.instant import Instant, to_instant
from quart_app.values.money import Money

ALL = 1_000


class SetClock:
    """Tells the time it was set to."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> Instant:
        return to_instant(self.moment)


def live(database: Path, moment: datetime, orders: Connection) -> None:
    """Do what is ordered until told to end, or killed in the middle of it."""
    asyncio.run(_live(database, SetClock(moment), orders))


async def _live(database: Path, clock: SetClock, orders: Connection) -> None:
    # Batches have several parts, and transactions several groups of them.
    batch.GROUP = group_commit.TOGETHER = 3
    services = Services(Settings(database=database), clock)
    await services.open()
    await services.held_sales.watch()
    await services.held_sales.retry_ready()
    door = Door(services, clock)
    while (order := await asyncio.to_thread(orders.recv)) is not None:
        name, arguments, dies_after = order
        dying = None if dies_after is None else asyncio.create_task(_die(dies_after))
        answer = await getattr(door, name)(*arguments)
        orders.send(answer)
        if dying is not None:
            await dying
    await services.close()


async def _die(after: int) -> None:
    """Killed after so many turns of the loop, or, below zero, after so many tenths of a ms."""
    for _ in range(after):
        await asyncio.sleep(0)
    if after < 0:
        await asyncio.sleep(-after / 10_000)
    os.kill(os.getpid(), signal.SIGKILL)


async def _or_code(work: Awaitable[Any]) -> str:
    try:
        await work
    except ServiceError as error:
        return error.code
    return "done"


class Door:
    """What can be ordered; what is told back is plain data."""

    def __init__(self, services: Services, clock: SetClock) -> None:
        self._services = services
        self._clock = clock
        self._reception = services.sales.reception

    async def post(self, sent: list[tuple[bytes, str | None]]) -> list[str]:
        """Several receipts at once, each as a request of its own."""
        arrivals = []
        for body, key in sent:
            form, canonical = self._reception.read(body)
            now = self._clock.now()
            arrivals.append(self._reception.arrived(form, canonical, now, key))
        outcomes = await asyncio.gather(*map(self._services.sales.take, arrivals))
        words = {"Created": "created", "Duplicate": "duplicate", "Held": "held"}
        return [words.get(type(one).__name__, "conflict") for one in outcomes]

    async def batch(self, bodies: list[bytes], is_trial: bool) -> tuple[list[str], list[Any]]:
        """A batch: what became of each receipt, and the acks."""

        async def items() -> AsyncIterator[list[bytes | None]]:
            for body in bodies:
                await asyncio.sleep(0)
                yield [body]

        report = await self._services.batches.take(items(), is_trial=is_trial)
        return [one.status for one in report.results], [
            (ack.store_id, ack.till_id, ack.ack_from, ack.ack_through) for ack in report.acks
        ]

    async def void(self, receipt_id: str) -> str:
        return await _or_code(self._services.sales.void(receipt_id, None))

    async def retry(self, held_id: int) -> str:
        return await _or_code(self._services.held_sales.retry(held_id))

    async def discard(self, held_id: int) -> str:
        return await _or_code(self._services.held_sales.discard(held_id, "a simulation"))

    async def no_store(self, store_id: int) -> str:
        return await _or_code(self._services.stores.delete(store_id))

    async def product(self, product_id: int, unit: str, price: int) -> None:
        entry = Product(name=f"P{product_id}", price=Money(price), unit=unit)
        await self._services.products.replace(product_id, entry)
        await self._services.held_sales.retry_ready()

    async def no_product(self, product_id: int) -> str:
        return await _or_code(self._services.products.delete(product_id))

    async def store(self, store_id: int, zone: str) -> None:
        entry = Store(address=f"S{store_id}", timezone=ZoneName(zone))
        await self._services.stores.replace(store_id, entry)
        await self._services.held_sales.retry_ready()

    async def time(self, moment: datetime) -> None:
        self._clock.moment = moment
        await self._services.held_sales.retry_ready()

    async def held(self) -> list[tuple[int, bytes]]:
        """All that is held, in the order it came."""
        found = await self._services.held_sales.list(HeldListing(limit=ALL))
        return [(one.id, one.document) for one in found]

    async def tills(self) -> list[tuple[int, str, int | None, int | None]]:
        """The numbers of each till that are all here."""
        found = await self._services.tills.list(TillListing())
        return [(one.store_id, one.till_id, one.ack_from, one.ack_through) for one in found]

    async def report(self, name: str, month: int, by: str | None) -> list[tuple[Any, ...]]:
        """A report's rows."""
        reports = self._services.reports
        question: Question = Question(month=Month(month), limit=ALL)
        if by is not None:
            unit = {"unit": "pcs"} if by == "quantity" else {}
            question = TopProductsQuestion(month=Month(month), limit=ALL, by=by, **unit)
        return (await reports.answer(reports.named(name), question)).rows

    async def lines(self, receipt_id: str) -> list[tuple[int, int, int]] | None:
        """The lines of a counted receipt as they are given back."""
        found = await self._services.sales.find(receipt_id)
        return [(line.product_id, line.quantity_milli, line.amount_minor) for line in found.lines]
