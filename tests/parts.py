"""Receipts as they are sent in parts of batches, and the service that takes them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from quart_app.app import Services
from quart_app.clock import SystemClock
from quart_app.database.group_commit import Sender
from quart_app.products.models import Product
from quart_app.sales.models import Outcomes
from quart_app.sales.taking.batch import Report
from quart_app.sales.taking.parts import Part
from quart_app.settings import Settings
from quart_app.stores.models import Store
from quart_app.values.calendar import ZoneName
from quart_app.values.money import Money


def sent(number: int, **changes: object) -> bytes:
    receipt = {
        "receipt_id": f"r-{number}",
        "store_id": 1,
        "till_id": "T1",
        "sequence_number": number,
        "occurred_at": "2026-10-31T20:30:00Z",
        "lines": [{"product_id": 1, "quantity": "2", "unit_price": "1.00"}],
        "tenders": [{"type": "card", "amount": "2.00"}],
    }
    return json.dumps(receipt | changes).encode()


MANY = [sent(number) for number in range(1, 41)]
UNNUMBERED = [sent(number, sequence_number=None) for number in range(1, 41)]
Work = Callable[[Services], Awaitable[Any]]


def played(database: Path, work: Work) -> Any:
    """What some work comes to; whatever it was, all that is kept adds up after it."""

    async def play() -> Any:
        services = Services(Settings(database=database), SystemClock())
        await services.open()
        try:
            await services.products.replace(1, Product(id=1, name="Tea", price=Money(100)))
            zone = ZoneName("Europe/Moscow")
            for store_id in (1, 2):
                store = Store(id=store_id, address="1 High Street", timezone=zone)
                await services.stores.replace(store_id, store)
            result = await work(services)
            assert not (await services.checking.check()).differences
            return result
        finally:
            await services.close()

    return asyncio.run(play())


async def take(services: Services, bodies: Sequence[bytes]) -> Report:
    async def items() -> AsyncIterator[Sequence[bytes | None]]:
        yield bodies

    return await services.batches.take(items(), is_trial=False)


async def taken(services: Services, part: Part) -> Outcomes:
    return await (await services.sales.take_part(part, Sender()))
