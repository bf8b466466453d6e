"""What becomes of a receipt: told from what is kept, from those beside it, and from the catalogue.

A judge is given all that a group of receipts needs, and judges one after the other without waiting,
so that two of the same in one group are told apart too.
"""

from collections.abc import Iterator, Mapping

from quart_app.database.steps import Statement
from quart_app.sales.held.models import Retried
from quart_app.sales.held.waiting import Wait, lacking, wait_of
from quart_app.sales.models import (
    Conflicting,
    Created,
    Duplicate,
    Held,
    Known,
    NewHeld,
    NewKey,
    Outcome,
    Refused,
    Sale,
)
from quart_app.sales.taking.arrivals import Arrival, Edition
from quart_app.sales.taking.identity_repository import Taker
from quart_app.sales.taking.learning import Learned
from quart_app.sales.taking.parts import Part
from quart_app.sales.taking.pricing import LinesRefused, as_counted
from quart_app.sales.taking.recording_repository import NewSales
from quart_app.tills.numbers import LastWord
from quart_app.values.calendar import ChainCalendar, local_time
from quart_app.values.identifiers import new_receipt_id
from quart_app.values.instant import Instant

_NOBODY: Mapping[int, Taker] = {}


class Judge:
    """Judges receipts that are looked up together."""

    def __init__(
        self, learned: Learned, now: Instant, calendar: ChainCalendar, edition: Edition
    ) -> None:
        self._now = now
        self._calendar = calendar
        self._edition = edition
        self._receipts = learned.receipts
        self._keys = learned.keys
        self._newcomers = learned.newcomers
        self._numbers = learned.numbers
        self._shops = learned.shops
        self._products = learned.products
        self._last_sale_id, self._last_held_id = learned.last_ids
        self._first_sale_id = self._last_sale_id + 1
        self._rows = NewSales()
        self.tills = learned.tills
        """The tills as they are after those that were judged."""
        self.new_keys: list[NewKey] = []
        """The idempotency keys that are to be bound, to new sales or to ones there were."""
        self.held: list[NewHeld] = []
        """The receipts that are to be held."""
        self.superseded: list[int] = []
        """The newcomers that have come again and are no newcomers any more."""
        self.held_keys: list[tuple[int, str]] = []
        """The keys that held receipts have come with only now."""

    def take(self, part: Part) -> Iterator[Statement]:
        """Count a part as it is: what writes its sales. Those judged before are written by then."""
        first_id = self._last_sale_id + 1
        self._last_sale_id += len(part)
        self.tills.hear_all(part.last_words, part.numbers)
        return part.rows.statements(first_id)

    @property
    def waiting(self) -> int:
        """How many sales have been judged and not been asked for to be written."""
        return self._rows.count

    def rows(self) -> Iterator[Statement]:
        """What writes the sales that were judged since this was asked last."""
        rows, self._rows = self._rows, NewSales()
        return rows.statements(self._last_sale_id + 1 - rows.count)

    @property
    def sale_ids(self) -> tuple[int, int] | None:
        """The first and the last of the sales that are new; None where none is."""
        if self._last_sale_id < self._first_sale_id:
            return None
        return self._first_sale_id, self._last_sale_id

    def sale_id(self, receipt_id: str) -> int | None:
        """That of a receipt that was judged, if it is counted."""
        return self._receipts[receipt_id].sale_id

    def judge(self, arrival: Arrival) -> Outcome:
        """What becomes of one; what it takes (an identity, a number) is taken for the next."""
        by_id = self._receipts.get(arrival.form.receipt_id or "")
        by_key = self._keys.get(arrival.idempotency_key or "")
        if by_id is not None or by_key is not None:
            return self._recognised(arrival, by_id, by_key)
        foreseen = arrival.foreseen_by(self._edition)
        if foreseen is not None:
            receipt_id = foreseen.receipt_id
        else:
            receipt_id = arrival.form.receipt_id or new_receipt_id(arrival.received_at)
        wait = self._wait(arrival, foreseen, receipt_id)
        if wait is None:
            try:
                created = self._count(arrival, foreseen, receipt_id)
            except LinesRefused as refused:
                return Refused(refused.faults)
            self._supersede(arrival, receipt_id)
            self._hear(arrival, receipt_id, created.sale.business_date, is_held=False)
            return created
        if arrival.at_catalogue_price:
            return Refused(tuple(wait.faults))
        self._supersede(arrival, receipt_id)
        held = self._hold(arrival, receipt_id, wait, is_newcomer=False)
        known = Known(None, receipt_id, arrival.fingerprint, held.held_id, held.reasons)
        self._remember(arrival, known)
        return Held(receipt_id, held.reasons)

    def judge_again(self, held: Retried) -> Outcome | Wait:
        """What becomes of a held one now; a Wait where it stays held, for other reasons perhaps."""
        arrival = held.arrival
        known = self._receipts.get(held.receipt_id) or self._keys.get(arrival.idempotency_key or "")
        if known is not None and known.held_id != held.held_id:
            if known.sale_id is not None and known.fingerprint == arrival.fingerprint:
                return Duplicate(known.receipt_id)
            return Conflicting(known.receipt_id)
        wait = self._wait(arrival, None, held.receipt_id, held.held_id)
        if wait is None:
            try:
                return self._count(arrival, None, held.receipt_id)
            except LinesRefused as refused:
                wait = Wait(list(refused.faults), is_hopeless=True)
        reasons = tuple(wait.faults)
        known = Known(None, held.receipt_id, arrival.fingerprint, held.held_id, reasons)
        self._remember(arrival, known)
        return wait

    def _recognised(self, arrival: Arrival, by_id: Known | None, by_key: Known | None) -> Outcome:
        """What becomes of one whose receipt id or idempotency key is here already."""
        known = by_id or by_key
        assert known is not None
        if any(
            one is not None
            and (one.receipt_id, one.fingerprint) != (known.receipt_id, arrival.fingerprint)
            for one in (by_id, by_key)
        ):
            if by_id is None or by_id.fingerprint != arrival.fingerprint:
                self._hold_newcomer(arrival, known)
            return Conflicting(known.receipt_id)
        self._remember(arrival, known)
        if known.held_id is not None:
            if by_key is None and arrival.idempotency_key is not None:
                self.held_keys.append((known.held_id, arrival.idempotency_key))
            return Held(known.receipt_id, known.reasons)
        return Duplicate(known.receipt_id)

    def _wait(
        self, arrival: Arrival, foreseen: Sale | None, receipt_id: str, held_id: int | None = None
    ) -> Wait | None:
        """Why it cannot be counted yet; None where it can."""
        taken_by, number = None, arrival.form.sequence_number
        if number is not None:
            taker = self._numbers.get(arrival.till, _NOBODY).get(number)
            # A number is whose receipt came first, but for one that is counted already.
            if taker is not None and taker.receipt_id != receipt_id:
                who = Taker(held_id or self._last_held_id + 1, receipt_id)
                taken_by = taker.receipt_id if taker < who else None
        wait = None
        if foreseen is None:
            at_price = arrival.at_catalogue_price
            wait = lacking(arrival.form, self._shops, self._products, at_catalogue_price=at_price)
        return wait_of(arrival, self._now, wait, taken_by)

    def _count(self, arrival: Arrival, foreseen: Sale | None, receipt_id: str) -> Created:
        sale = foreseen or as_counted(
            arrival.form,
            arrival.received_at,
            receipt_id,
            self._shops[arrival.form.store_id],
            self._products,
            self._calendar.day_start,
        )
        self._last_sale_id += 1
        self._rows.add(sale, arrival.fingerprint)
        self._remember(arrival, Known(self._last_sale_id, receipt_id, arrival.fingerprint))
        return Created(sale)

    def _hold_newcomer(self, arrival: Arrival, known: Known) -> None:
        reasons = Wait([Conflicting(known.receipt_id).fault], is_hopeless=True)
        receipt_id = arrival.form.receipt_id or known.receipt_id
        held = self._hold(arrival, receipt_id, reasons, is_newcomer=True)
        self._newcomers.setdefault((receipt_id, arrival.fingerprint), held.held_id)

    def _supersede(self, arrival: Arrival, receipt_id: str) -> None:
        """A newcomer for its key's sake that comes again without it is judged by itself."""
        held_id = self._newcomers.pop((receipt_id, arrival.fingerprint), None)
        if held_id is not None:
            self.superseded.append(held_id)
            self.held = [one for one in self.held if one.held_id != held_id]

    def _hold(self, arrival: Arrival, receipt_id: str, wait: Wait, *, is_newcomer: bool) -> NewHeld:
        form = arrival.form
        shop = self._shops.get(form.store_id)
        # What is dated ahead of time is missed in the figures of the day it came.
        dated = min(form.occurred_at, arrival.received_at)
        zone = self._calendar.zone if shop is None else shop.zone
        self._last_held_id += 1
        held = NewHeld(
            held_id=self._last_held_id,
            receipt_id=receipt_id,
            fingerprint=arrival.fingerprint,
            is_newcomer=is_newcomer,
            idempotency_key=arrival.idempotency_key,
            store_id=form.store_id,
            till_id=form.till_id or "",
            series=form.series or "",
            sequence_number=form.sequence_number,
            business_date=local_time(dated, zone, self._calendar.day_start).business_date,
            received_at_us=int(arrival.received_at),
            form=form,
            reasons=tuple(wait.faults),
            lacked_store_id=wait.store_id,
            lacked_products=wait.products,
            countable_at_us=wait.countable_at_us,
            waits=not wait.is_hopeless,
        )
        self.held.append(held)
        self._hear(arrival, receipt_id, held.business_date, is_held=True)
        return held

    def _hear(
        self, arrival: Arrival, receipt_id: str, business_date: int, *, is_held: bool
    ) -> None:
        occurred_at, received_at = int(arrival.form.occurred_at), int(arrival.received_at)
        word = LastWord(receipt_id, occurred_at, received_at, occurred_at - received_at)
        number = arrival.form.sequence_number
        self.tills.hear(arrival.till, number, business_date, word, is_held=is_held)

    def _remember(self, arrival: Arrival, known: Known) -> None:
        self._receipts[known.receipt_id] = known
        number = arrival.form.sequence_number
        if number is not None:
            takers = self._numbers.setdefault(arrival.till, {})
            taker, before = Taker(known.held_id or 0, known.receipt_id), takers.get(number)
            takers[number] = taker if before is None else min(taker, before)
        key = arrival.idempotency_key
        if key is not None and (key not in self._keys or known.sale_id is not None):
            bound = self._keys.get(key)
            self._keys[key] = known
            if known.sale_id is not None and (bound is None or bound.sale_id is None):
                self.new_keys.append(NewKey(key, known.sale_id))
