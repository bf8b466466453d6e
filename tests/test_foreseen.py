"""Receipts are priced before their turn to be written: what changes until then counts."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from quart_app.app import Services
from quart_app.clock import SystemClock
from quart_app.products.models import Product
from quart_app.sales.forms import ReceiptForm
from quart_app.sales.models import Created, Held, Outcome
from quart_app.settings import Settings
from quart_app.stores.models import Store
from quart_app.tills.numbers import HeardTills, Numbers, TillKey
from quart_app.values.calendar import ZoneName
from quart_app.values.money import Money

RECEIPT = {
    "store_id": 1,
    "occurred_at": "2026-10-31T20:30:00Z",
    "lines": [{"product_id": 1, "quantity": "2"}],
}
TILL = TillKey(1, "T1", "")


def price(minor: int) -> Product:
    return Product(id=1, name="Tea", price=Money(minor))


def shop(zone: str) -> Store:
    return Store(id=1, address="1 High Street", timezone=ZoneName(zone))


async def outcome_after(
    database: Path, change: Callable[[Services], Awaitable[object]] | None
) -> Outcome:
    """What becomes of a receipt that came in just before the catalogue changed."""
    services = Services(Settings(database=database), SystemClock())
    await services.open()
    try:
        await services.products.replace(1, price(100))
        await services.stores.replace(1, shop("Etc/UTC"))
        read = services.wire.decoder(ReceiptForm)

        def arrived(receipt_id: str) -> ReceiptForm:
            return read.decode(msgspec.json.encode(RECEIPT | {"receipt_id": receipt_id}))

        async def take(receipt_id: str, before: Awaitable[object] | None) -> Outcome:
            form = arrived(receipt_id)
            arrival = services.sales.reception.arrived(form, b"the same", services.clock.now())
            assert (arrival.foreseen is not None) == (receipt_id == "second")
            if before is not None:
                await before
            return await services.sales.take(arrival)

        # The first of an edition has the catalogue looked up, and the next is priced as it comes.
        await take("first", None)
        return await take("second", None if change is None else change(services))
    finally:
        await services.close()


def test_a_receipt_is_counted_as_it_was_priced(database: Path) -> None:
    counted = asyncio.run(outcome_after(database, None))
    assert isinstance(counted, Created)
    assert counted.sale.amount_minor == 200


def test_a_price_that_changed_before_its_turn_counts(database: Path) -> None:
    change = asyncio.run(outcome_after(database, lambda all_: all_.products.replace(1, price(150))))
    assert isinstance(change, Created)
    assert change.sale.amount_minor == 300


def test_a_zone_that_changed_before_its_turn_counts(database: Path) -> None:
    moved = shop("Europe/Moscow")
    utc = asyncio.run(outcome_after(database, None))
    database.unlink()
    moscow = asyncio.run(outcome_after(database, lambda all_: all_.stores.replace(1, moved)))
    assert isinstance(utc, Created)
    assert isinstance(moscow, Created)
    assert moscow.sale.utc_offset_s == 3 * 3600
    assert (utc.sale.utc_offset_s, utc.sale.business_date) == (0, moscow.sale.business_date)


def test_a_receipt_of_what_is_not_there_is_held_all_the_same(database: Path) -> None:
    async def held() -> Outcome:
        services = Services(Settings(database=database), SystemClock())
        await services.open()
        try:
            form = services.wire.decoder(ReceiptForm).decode(msgspec.json.encode(RECEIPT))
            arrival = services.sales.reception.arrived(form, b"lacking", services.clock.now())
            assert arrival.foreseen is None
            return await services.sales.take(arrival)
        finally:
            await services.close()

    assert isinstance(asyncio.run(held()), Held)


@given(st.lists(st.integers(0, 40), max_size=30))
def test_numbers_that_came_are_told_from_those_that_never_did(came: list[int]) -> None:
    known = Numbers()
    for number in came:
        known.receive(number, 1)
    tills = HeardTills({TILL: known})
    assert tills.have_come({TILL: range(42)}).get(TILL, []) == sorted(set(came))
    assert not tills.have_come({TillKey(2, "T1", ""): [1]})
