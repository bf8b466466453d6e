"""Counting receipts in one transaction: judged one by one, written together, totals and all."""

from collections.abc import Callable, Iterable, Sequence

from quart_app.clock import Clock
from quart_app.database.steps import Statement
from quart_app.database.transaction import Reading, Writing
from quart_app.products.service import Products
from quart_app.sales.forms import ReceiptForm
from quart_app.sales.held import repository as held_repository
from quart_app.sales.held.models import HeldSale
from quart_app.sales.held.waiting import Wait
from quart_app.sales.models import AllCreated, Created, Duplicate, Outcome, Outcomes, Sale
from quart_app.sales.taking.arrivals import Arrival
from quart_app.sales.taking.judging import Judge
from quart_app.sales.taking.learning import Sent, Sources, learn
from quart_app.sales.taking.parts import Part
from quart_app.sales.taking.pricing import LinesRefused, as_counted
from quart_app.sales.taking.reception import Reception
from quart_app.sales.taking.recording_repository import binding_keys
from quart_app.sales.totals_repository import adding
from quart_app.sales.voiding import voiding
from quart_app.stores.service import Stores
from quart_app.tills.service import Tills
from quart_app.values.instant import Instant
from quart_app.wire import Wire

# Few enough that writing begins soon, and enough that it takes as long as judging the next.
_JUDGED_AT_ONCE = 500


class Counting:
    """What taking receipts and trying held ones again have in common."""

    def __init__(
        self,
        stores: Stores,
        products: Products,
        tills: Tills,
        reception: Reception,
        *,
        wire: Wire,
        clock: Clock,
    ) -> None:
        self._reception = reception
        self.wire = wire
        self.clock = clock
        self._stores = stores
        self._products = products
        self._tills = tills
        self._read_document = wire.decoder(ReceiptForm).decode

    async def judged(
        self, reading: Reading, arrivals: Sequence[Arrival]
    ) -> tuple[Judge, list[Outcome]]:
        """What would become of receipts; nothing is written."""
        judge, _ = await self._judge(reading, [arrivals])
        return judge, [judge.judge(arrival) for arrival in arrivals]

    def begin(self, writing: Writing) -> "Entry":
        """What receipts are counted by in one transaction."""
        return Entry(self, writing)

    async def write(
        self,
        writing: Writing,
        sent: Sequence[Sent],
        totals: Callable[[Judge], Iterable[Statement]],
    ) -> list[Outcomes]:
        """Count or hold receipts, outcomes for each part or sequence of them.

        Of many, some are written while the next are judged. What ``totals`` gives is written last.
        """
        with self._reception.turns.held_up():
            judge, turns = await self._judge(writing, sent)
        answers: list[Outcomes] = []
        async with writing.running() as run:
            for turn in turns:
                if isinstance(turn, Part):
                    await run(judge.rows())
                    await run(judge.take(turn))
                    answers.append(AllCreated(turn.receipt_ids))
                else:
                    outcomes: list[Outcome] = []
                    for arrival in turn:
                        outcomes.append(judge.judge(arrival))
                        if judge.waiting >= _JUDGED_AT_ONCE:
                            await run(judge.rows())
                    answers.append(outcomes)
            await run(judge.rows())
            await run(self._closing(judge))
            await run(totals(judge))
        return answers

    async def retry(self, writing: Writing, held_ids: Sequence[int]) -> dict[int, Outcome | Wait]:
        """Judge held receipts again, in the order they came: what becomes of each, by its id."""
        held = await held_repository.to_retry(writing, held_ids, self._read_document)
        judge, _ = await self._judge(writing, [[one.arrival for one in held]])
        outcomes = {one.held_id: judge.judge_again(one) for one in held}
        now: int = self.clock.now()
        settled = [
            held_id
            for held_id, outcome in outcomes.items()
            if isinstance(outcome, Created | Duplicate)
        ]
        statements = [*judge.rows(), *self._closing(judge)]
        if judge.sale_ids is not None:
            statements += adding(*judge.sale_ids)
        for one in held:
            # Of several that want one identity only the one that was counted has become the sale.
            if isinstance(outcomes[one.held_id], Created):
                sale_id = judge.sale_id(one.receipt_id)
                assert sale_id is not None
                statements.append(held_repository.binding(one.held_id, sale_id))
                if one.voided_at_us is not None:
                    statements += voiding(sale_id, one.voided_at_us, one.void_reason)
        if settled:
            statements.append(held_repository.settling(settled, "counted", now))
        statements += [
            held_repository.waiting_on(one.held_id, wait, is_newcomer=False)
            for one in held
            if isinstance(wait := outcomes[one.held_id], Wait)
        ]
        if statements:
            await writing.run(*statements)
        return outcomes

    async def would_be(self, reading: Reading, held: HeldSale) -> Sale | None:
        """What a held receipt would be counted as; None where that cannot be told yet."""
        form = self._read_document(held.document)
        shop = (await self._stores.shops(reading, {form.store_id})).get(form.store_id)
        product_ids = {line.product_id for line in form.lines}
        products = await self._products.priced(reading, product_ids)
        if shop is None or not product_ids <= products.keys():
            return None
        at, day_start = Instant(held.received_at_us), self._reception.calendar.day_start
        try:
            return as_counted(form, at, held.receipt_id, shop, products, day_start)
        except LinesRefused:
            return None

    async def _judge(self, reading: Reading, sent: Sequence[Sent]) -> tuple[Judge, list[Sent]]:
        now, edition = self.clock.now(), self._reception.edition
        sources = Sources(self._stores, self._products, self._tills)
        learned = await learn(sent, reading, sources, edition=edition, now=now)
        return Judge(learned, now, self._reception.calendar, edition), learned.turns

    def _closing(self, judge: Judge) -> list[Statement]:
        """What is written after the sales: all else that was judged, but not their totals."""
        statements = binding_keys(judge.new_keys)
        if judge.superseded:
            reason = "it came again, and was judged by itself"
            now = self.clock.now()
            statements.append(held_repository.settling(judge.superseded, "discarded", now, reason))
        if judge.held:
            statements += held_repository.holding(judge.held, self.wire.encode)
        statements += [held_repository.keying(*one) for one in judge.held_keys]
        return statements + self._tills.hearing(judge.tills)


class Entry:
    """The receipts of one transaction, some after the others, and their totals once at the end."""

    def __init__(self, counting: Counting, writing: Writing) -> None:
        self._counting = counting
        self._writing = writing
        self._first_id = self._last_id = 0

    async def write(self, sent: Sequence[Sent], *, is_all: bool) -> list[Outcomes]:
        """Count or hold some; the totals too, in the same step, where they are all."""

        def totals(judge: Judge) -> list[Statement]:
            if judge.sale_ids is not None:
                first_id, self._last_id = judge.sale_ids
                self._first_id = self._first_id or first_id
            return self._totals() if is_all else []

        return await self._counting.write(self._writing, sent, totals)

    async def close(self) -> None:
        """Add those that are counted to the totals, unless they are."""
        if statements := self._totals():
            await self._writing.run(*statements)

    def _totals(self) -> list[Statement]:
        first_id, self._first_id = self._first_id, 0
        return adding(first_id, self._last_id) if first_id else []
