"""Counting receipts in one transaction: judged one by one, written together, totals and all."""

from collections.abc import Sequence

from quart_app.clock import Clock
from quart_app.database.steps import Statement
from quart_app.database.transaction import Reading, Writing
from quart_app.products.service import Products
from quart_app.sales.arrivals import Arrival, Foreseen
from quart_app.sales.forms import ReceiptForm, fingerprint
from quart_app.sales.held import repository as held_repository
from quart_app.sales.held.models import HeldSale
from quart_app.sales.held.waiting import Wait
from quart_app.sales.judging import Judge
from quart_app.sales.models import Created, Duplicate, Outcome, Sale
from quart_app.sales.pricing import LinesRefused, as_counted
from quart_app.sales.recording_repository import binding_keys, recording
from quart_app.sales.totals_repository import adding
from quart_app.sales.voiding import voiding
from quart_app.stores.service import Stores
from quart_app.tills.service import Tills
from quart_app.values.calendar import ChainCalendar
from quart_app.values.identifiers import new_receipt_id
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

    def arrived(
        self,
        form: ReceiptForm,
        canonical: bytes,
        now: Instant,
        key: str | None = None,
        *,
        at_catalogue_price: bool = False,
    ) -> Arrival:
        """A receipt that came in with this canonical text, priced before its turn if it can be."""
        foreseen = None if at_catalogue_price else self._foresee(form, now)
        return Arrival(form, fingerprint(canonical), now, key, at_catalogue_price, foreseen)

    async def judged(
        self, reading: Reading, arrivals: Sequence[Arrival]
    ) -> tuple[Judge, list[Outcome]]:
        """What would become of receipts; nothing is written."""
        judge = await self._judge(reading, arrivals)
        return judge, [judge.judge(arrival) for arrival in arrivals]

    async def write(self, writing: Writing, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """Count or hold receipts, an outcome for each.

        Of many, some are written while the next are judged.
        """
        judge = await self._judge(writing, arrivals)
        outcomes: list[Outcome] = []
        async with writing.running() as run:
            for start in range(0, len(arrivals), _JUDGED_AT_ONCE):
                known = len(judge.created)
                some = arrivals[start : start + _JUDGED_AT_ONCE]
                outcomes += [judge.judge(arrival) for arrival in some]
                await run(recording(judge.created[known:]))
            await run(self._closing(judge))
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
        statements = recording(judge.created) + self._closing(judge)
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

    async def would_be(self, reading: Reading, held: HeldSale) -> Sale | None:
        """What a held receipt would be counted as; None where that cannot be told yet."""
        form = self._read_document(held.document)
        shop = (await self._stores.shops(reading, {form.store_id})).get(form.store_id)
        product_ids = {line.product_id for line in form.lines}
        products = await self._products.priced(reading, product_ids)
        if shop is None or not product_ids <= products.keys():
            return None
        at, day_start = Instant(held.received_at_us), self._calendar.day_start
        try:
            return as_counted(form, at, held.receipt_id, shop, products, day_start)
        except LinesRefused:
            return None

    def _foresee(self, form: ReceiptForm, now: Instant) -> Foreseen | None:
        """By what is at hand of the catalogue, while others are being written."""
        shops, products = self._stores.shops_at_hand, self._products.priced_at_hand
        shop = shops.get(form.store_id)
        if shop is None or [1 for line in form.lines if line.product_id not in products]:
            return None
        receipt_id = form.receipt_id or new_receipt_id(now)
        try:
            sale = as_counted(form, now, receipt_id, shop, products, self._calendar.day_start)
        except LinesRefused:
            return None
        return Foreseen(self._edition(), sale)

    def _edition(self) -> tuple[str, str]:
        return self._stores.edition.name, self._products.edition.name

    async def _judge(self, reading: Reading, arrivals: Sequence[Arrival]) -> Judge:
        judge = Judge(arrivals, self.clock.now(), self._calendar, self._edition())
        await judge.learn(reading, self._stores, self._products, self._tills)
        return judge

    def _closing(self, judge: Judge) -> list[Statement]:
        """What is written after the sales: their totals, and all else that was judged."""
        statements = binding_keys(judge.new_keys)
        if judge.superseded:
            reason = "it came again, and was judged by itself"
            now = self.clock.now()
            statements.append(held_repository.settling(judge.superseded, "discarded", now, reason))
        if judge.created:
            statements += adding(judge.created[0].sale_id, judge.created[-1].sale_id)
        if judge.held:
            statements += held_repository.holding(judge.held, self.wire.encode)
        statements += [held_repository.keying(*one) for one in judge.held_keys]
        return statements + self._tills.hearing(judge.tills)
