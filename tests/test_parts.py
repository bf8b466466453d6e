"""Parts of batches are written as they were read only where nothing speaks against a receipt."""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from quart_app.app import Services
from quart_app.clock import SystemClock
from quart_app.database import group_commit
from quart_app.database.group_commit import Sender
from quart_app.products.models import Product
from quart_app.sales import batch
from quart_app.sales.arrivals import Arrival
from quart_app.sales.batch import Report
from quart_app.sales.forms import fingerprint
from quart_app.sales.models import AllCreated, Created, Outcomes
from quart_app.sales.parts import Part
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


@pytest.mark.parametrize("bodies", [MANY, UNNUMBERED])
def test_the_same_from_two_connections_at_once_is_counted_once(
    database: Path, bodies: list[bytes]
) -> None:
    async def both(services: Services) -> list[Report]:
        other = [sent(number, till_id="T2", receipt_id=f"o-{number}") for number in range(1, 41)]
        return list(
            await asyncio.gather(
                take(services, bodies), take(services, other), take(services, bodies[::-1])
            )
        )

    one, other, again = played(database, both)
    assert other.created == 40
    assert (one.created + again.created, one.duplicate + again.duplicate) == (40, 40)


def test_two_parts_of_one_transaction_that_share_a_receipt_do_not_spoil_it(
    database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def both(services: Services) -> int:
        await take(services, [sent(99, sequence_number=None)])
        parts = []
        for bodies in (UNNUMBERED[:20], UNNUMBERED[19:]):
            parts.append(Part(services.sales.reception))
            for body in bodies:
                parts[-1].add(services.sales.reception.read_part(body), services.clock.now())
        created = 0
        for outcomes in await asyncio.gather(*[taken(services, part) for part in parts]):
            assert not isinstance(outcomes, AllCreated)
            created += sum(isinstance(one, Created) for one in outcomes)
        return created

    assert played(database, both) == 40
    assert not caplog.records


def test_a_part_whose_transaction_another_one_spoils_is_counted_all_the_same(
    database: Path,
) -> None:
    async def both(services: Services) -> tuple[int, object]:
        reception, now = services.sales.reception, services.clock.now()
        await take(services, [sent(99, sequence_number=None)])
        part = Part(reception)
        for body in MANY:
            part.add(reception.read_part(body), now)
        form, canonical = reception.read(sent(200))
        # Nobody can send this: it fails when it is judged, with the part's rows on their way.
        broken = Arrival(replace(form, occurred_at="never"), fingerprint(canonical), now)
        outcomes, error = await asyncio.gather(
            taken(services, part), services.sales.take(broken), return_exceptions=True
        )
        assert isinstance(outcomes, AllCreated)
        return len(outcomes.receipt_ids), error

    count, error = played(database, both)
    assert count == 40
    assert isinstance(error, TypeError)


def test_parts_of_one_transaction_know_of_each_other(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is looked up when those before it are written, and their totals are not yet."""
    monkeypatch.setattr(batch, "GROUP", 5)
    monkeypatch.setattr(group_commit, "TOGETHER", 5)
    unknown = [{"product_id": 2, "quantity": "1"}]
    odd = {
        7: "duplicate",
        12: "conflict",
        21: "held",
        26: "held",
        31: "held",
        36: "conflict",
        38: "duplicate",
    }
    bodies = MANY.copy()
    bodies[7] = sent(2)
    bodies[12] = sent(3, cashier_id="12")
    bodies[21] = sent(99, sequence_number=4)
    bodies[26] = sent(27, lines=unknown)
    bodies[31] = sent(27, lines=unknown)
    bodies[36] = sent(27)
    bodies[38] = sent(34)

    async def one_transaction(services: Services) -> tuple[Report, int]:
        before = sum(services.storage.figures.commits.counts)
        report = await take(services, bodies)
        return report, sum(services.storage.figures.commits.counts) - before

    report, commits = played(database, one_transaction)
    assert commits == 1
    assert [result.status for result in report.results] == [
        odd.get(place, "created") for place in range(40)
    ]


def test_what_follows_in_a_batch_is_not_counted_before_a_part_that_is_refused(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a receipt that stands twice with other content the first counts, however often sent."""
    monkeypatch.setattr(batch, "GROUP", 5)
    monkeypatch.setattr(group_commit, "TOGETHER", 5)
    bodies = [*MANY[:15], sent(3, cashier_id="12")]

    async def refused_once(services: Services) -> tuple[list[str], str | None]:
        async with services.storage.write() as writing:
            # The first part of three waits for this one, and is spoilt.
            spoil = "CREATE TEMP TRIGGER spoil BEFORE INSERT ON sales BEGIN SELECT {}; END"
            raising = "CASE WHEN NEW.receipt_id = 'r-2' THEN RAISE(ABORT, 'spoilt') END"
            await writing.run((spoil.format(raising), ()))
            taking = asyncio.create_task(take(services, bodies))
            await asyncio.sleep(0.05)
        with pytest.raises(sqlite3.IntegrityError):
            await taking
        async with services.storage.write() as writing:
            await writing.run(("DROP TRIGGER spoil", ()))
        report = await take(services, bodies)
        return [result.status for result in report.results], (
            await services.sales.find("r-3")
        ).cashier_id  # type: ignore[union-attr]

    statuses, cashier_id = played(database, refused_once)
    assert statuses == ["created"] * 15 + ["conflict"]
    assert cashier_id is None


def test_a_post_beside_a_part_that_has_it_too_is_counted_once(database: Path) -> None:
    async def both(services: Services) -> tuple[Report, str]:
        reception = services.sales.reception
        arrival = reception.arrived(*reception.read(MANY[5]), services.clock.now())
        report, outcome = await asyncio.gather(take(services, MANY), services.sales.take(arrival))
        return report, type(outcome).__name__

    report, outcome = played(database, both)
    assert (report.created, outcome) in ((40, "Duplicate"), (39, "Created"))


def test_two_parts_with_one_number_are_judged_in_turn(database: Path) -> None:
    async def both(services: Services) -> list[Report]:
        other = [sent(number, receipt_id=f"o-{number}") for number in range(1, 41)]
        return list(await asyncio.gather(take(services, MANY), take(services, other)))

    reports = played(database, both)
    assert sum(report.created for report in reports) == 40
    assert sum(report.held for report in reports) == 40


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
