"""Counting receipts in one transaction: judged one by one, written together, totals and all."""

from collections.abc import Sequence

from quart_app.clock import Clock
from quart_app.database.transaction import Reading, Statement, Writing
from quart_app.products.service import Products
from quart_app.sales import held_repository
from quart_app.sales.forms import Arrival, ReceiptForm
from quart_app.sales.judging import Judge
from quart_app.sales.models import Created, Duplicate, Outcome
from quart_app.sales.recording_repository import recording
from quart_app.sales.totals_repository import adding
from quart_app.sales.voiding import voiding
from quart_app.sales.waiting import Wait
from quart_app.stores.service import Stores
from quart_app.tills.service import Tills
from quart_app.values.calendar import ChainCalendar
from quart_app.wire import Wire


class Counting:
    """What taking receipts and trying held ones again have in common."""

    def __init__(
        self,
        stores: Stores,
        products: Products,
        tills: Tills,
        *,
        wire: Wire,
        clock: Clock,
        calendar: ChainCalendar,
    ) -> None:
        self.wire = wire
        self.clock = clock
        self._stores = stores
        self._products = products
        self._tills = tills
        self._calendar = calendar
        self._read_document = wire.decoder(ReceiptForm).decode

    async def judged(
        self, reading: Reading, arrivals: Sequence[Arrival]
    ) -> tuple[Judge, list[Outcome]]:
        """What would become of receipts; nothing is written."""
        judge = await self._judge(reading, arrivals)
        return judge, [judge.judge(arrival) for arrival in arrivals]

    async def write(self, writing: Writing, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """Count or hold receipts, an outcome for each."""
        judge, outcomes = await self.judged(writing, arrivals)
        if statements := self._statements(judge):
            await writing.run(*statements)
        return outcomes

    async def retry(self, writing: Writing, held_ids: Sequence[int]) -> dict[int, Outcome | Wait]:
        """Judge held receipts again, in the order they came: what becomes of each, by its id."""
        held = await held_repository.to_retry(writing, held_ids, self._read_document)
        judge = await self._judge(writing, [one.arrival for one in held])
        outcomes = {one.held_id: judge.judge_again(one) for one in held}
        now: int = self.clock.now()
        settled = [
            held_id
            for held_id, outcome in outcomes.items()
            if isinstance(outcome, Created | Duplicate)
        ]
        statements = self._statements(judge)
        sale_ids = {new.sale.receipt_id: new.sale_id for new in judge.created}
        for one in held:
            # Of several that want one identity only the one that was counted has become the sale.
            if isinstance(outcomes[one.held_id], Created):
                sale_id = sale_ids[one.receipt_id]
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

    async def _judge(self, reading: Reading, arrivals: Sequence[Arrival]) -> Judge:
        judge = Judge(arrivals, self.clock.now(), self._calendar)
        await judge.learn(reading, self._stores, self._products, self._tills)
        return judge

    def _statements(self, judge: Judge) -> list[Statement]:
        statements: list[Statement] = []
        if judge.superseded:
            reason = "it came again, and was judged by itself"
            now = self.clock.now()
            statements.append(held_repository.settling(judge.superseded, "discarded", now, reason))
        if judge.created or judge.new_keys:
            statements += recording(judge.created, judge.new_keys)
        if judge.created:
            statements += adding(judge.created[0].sale_id, judge.created[-1].sale_id)
        if judge.held:
            statements += held_repository.holding(judge.held, self.wire.encode)
        statements += [held_repository.keying(*one) for one in judge.held_keys]
        return statements + self._tills.hearing(judge.heard())
