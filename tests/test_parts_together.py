"""Parts of batches that are written together, and those that could not be."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from quart_app.app import Services
from quart_app.database import group_commit
from quart_app.sales.forms import fingerprint
from quart_app.sales.models import AllCreated, Created
from quart_app.sales.taking import batch
from quart_app.sales.taking.arrivals import Arrival
from quart_app.sales.taking.batch import Report
from quart_app.sales.taking.parts import Part
from quart_app.sales.taking.reception import Reception
from tests.parts import MANY, UNNUMBERED, played, sent, take, taken


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


def test_of_what_is_written_nothing_is_kept_until_the_batch_ends(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "GROUP", 5)
    written, made = asyncio.Event(), list[Part]()
    init = Part.__init__

    def remembered(part: Part, reception: Reception) -> None:
        made.append(part)
        init(part, reception)

    monkeypatch.setattr(Part, "__init__", remembered)

    async def slow(services: Services) -> tuple[int, int, Report]:
        async def items() -> AsyncIterator[Sequence[bytes | None]]:
            yield MANY[:20]
            await written.wait()
            yield MANY[20:]

        taking = asyncio.create_task(services.batches.take(items(), is_trial=False))
        async with asyncio.timeout(10):
            while services.sales.outcomes.counts["created"] < 20:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        await asyncio.sleep(0.01)
        counts, kept = sum(map(len, made)), sum(part.rows.count for part in made)
        written.set()
        return counts, kept, await taking

    counts, kept, report = played(database, slow)
    assert (counts, kept, report.created) == (20, 0, 40)
