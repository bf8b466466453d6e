"""Parts of batches are written as they were read only where nothing speaks against a receipt."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from quart_app.app import Services
from quart_app.products.models import Product
from quart_app.sales.taking.batch import Report
from quart_app.sales.taking.parts import Part
from quart_app.values.money import Money
from tests.parts import MANY, UNNUMBERED, played, sent, take, taken


@pytest.fixture
def wholes(monkeypatch: pytest.MonkeyPatch) -> Counter[bool]:
    """How many parts were judged one by one (True) and how many were not."""
    parts: Counter[bool] = Counter()
    made, read_again = Part.__init__, Part.arrivals

    def counted(part: Part, *given: Any) -> None:
        parts[False] += 1
        made(part, *given)

    def counted_again(part: Part) -> Any:
        parts[False] -= 1
        parts[True] += 1
        return read_again(part)

    monkeypatch.setattr(Part, "__init__", counted)
    monkeypatch.setattr(Part, "arrivals", counted_again)
    return parts


def test_a_plain_part_is_written_as_it_was_read(database: Path, wholes: Counter[bool]) -> None:
    report = played(database, lambda services: take(services, MANY))
    assert (report.created, report.acks[0].ack_through) == (40, 40)
    assert [result.receipt_id for result in report.results] == [f"r-{i}" for i in range(1, 41)]
    assert wholes[True] == 0


@pytest.mark.parametrize(
    ("odd", "status"),
    [
        (sent(7), "duplicate"),
        (sent(7, cashier_id="12"), "conflict"),
        (sent(41, sequence_number=7), "held"),
        (sent(41, occurred_at="2090-01-01T00:00:00Z"), "held"),
        (sent(41, store_id=3), "held"),
        (sent(41, lines=[{"product_id": 2, "quantity": "1"}]), "held"),
        (sent(41, discount="2.01"), "rejected"),
        (sent(41, type="return"), "created"),
        (sent(41, series="B"), "created"),
        (b"{", "rejected"),
    ],
)
def test_one_odd_receipt_costs_the_others_nothing(
    database: Path, wholes: Counter[bool], odd: bytes, status: str
) -> None:
    report = played(database, lambda services: take(services, [*MANY, odd]))
    assert [result.status for result in report.results] == ["created"] * 40 + [status]
    assert wholes[True] == (status not in ("created", "rejected") or b"discount" in odd)


@pytest.mark.parametrize("bodies", [MANY, UNNUMBERED])
def test_what_is_sent_again_is_counted_once(database: Path, bodies: list[bytes]) -> None:
    async def again(services: Services) -> list[Report]:
        twice = await take(services, [*bodies, bodies[3]])
        return [twice, await take(services, bodies), await take(services, bodies[::-1])]

    first, second, third = played(database, again)
    assert (first.created, first.duplicate) == (40, 1)
    assert second.duplicate == third.duplicate == 40


def test_a_price_that_changed_while_a_part_waited_counts(
    database: Path, wholes: Counter[bool]
) -> None:
    at_price = [sent(number, lines=[{"product_id": 1, "quantity": "1"}]) for number in range(1, 9)]

    async def change(services: Services) -> int:
        reception = services.sales.reception
        await take(services, [sent(99)])
        part = Part(reception)
        for body in at_price:
            part.add(reception.read_part(body), services.clock.now())
        await services.products.replace(1, Product(id=1, name="Tea", price=Money(150)))
        await taken(services, part)
        found = await services.sales.find("r-1")
        return found.amount_minor  # type: ignore[union-attr]

    assert played(database, change) == 150
    assert wholes[True] == 1


def test_a_batch_waits_for_no_report(database: Path, wholes: Counter[bool]) -> None:
    async def beside_reports(services: Services) -> Report:
        async with AsyncExitStack() as reports:
            while services.storage.has_idle_reader:
                await reports.enter_async_context(services.storage.read())
            taking = asyncio.create_task(take(services, MANY))
            async with asyncio.timeout(10):
                while not services.sales.outcomes.counts["created"]:  # noqa: ASYNC110
                    await asyncio.sleep(0.001)
            assert not services.storage.has_idle_reader
        return await taking

    assert played(database, beside_reports).created == 40
    assert wholes[True] == 1
