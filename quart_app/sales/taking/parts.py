"""A part of a batch: receipts that are written as they were read, if nothing speaks against any.

Nearly all that tills send is plain and new. What is known of each receipt only to find out whether
it is, and what each comes to only to be written, is put down here as it is read, in the form in
which it is needed, and the receipts themselves are let go.
"""

import asyncio

from quart_app.sales.forms import fingerprint
from quart_app.sales.held.waiting import AHEAD_US
from quart_app.sales.taking.arrivals import Arrival, Edition
from quart_app.sales.taking.reception import Read, Reception
from quart_app.sales.taking.recording_repository import NewSales
from quart_app.tills.numbers import LastWord, TillKey, till_key
from quart_app.values.instant import Instant

_READ_AT_ONCE_BYTES = 64 << 10


class Part:
    """Receipts of a batch, in their order."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._sent: list[tuple[bytes, Instant]] = []
        self._edition = reception.edition
        self.has_all = True
        """Whether all could be priced so far."""
        self.rows = NewSales()
        """What is written if they are counted as they are."""
        self.receipt_ids: list[str] = []
        self.sent_ids: list[str | None] = []
        """The same as they were sent, None where none was."""
        self.tills: set[TillKey] = set()
        """The tills that have numbered some."""
        self.last_words: dict[TillKey, LastWord] = {}
        self.numbers: dict[TillKey, list[tuple[int, int]]] = {}
        """The tills' numbers for them, with their business dates."""
        self._latest_us = 0

    def __len__(self) -> int:
        return len(self.sent_ids)

    async def arrivals(self) -> list[Arrival]:
        """The receipts, read again, to be judged one by one."""
        arrivals = []
        size = 0
        for sent, received_at in self._sent:
            size += len(sent)
            if size >= _READ_AT_ONCE_BYTES:
                # Others are served meanwhile.
                await asyncio.sleep(0)
                size = 0
            arrivals.append(self._reception.arrived(*self._reception.read(sent), received_at))
        return arrivals

    def let_go(self) -> None:
        """Keep no more than tells what became of each: it has been written, or will not be."""
        self._sent, self.rows = [], NewSales()
        self.numbers, self.last_words = {}, {}

    def is_ready(self, edition: Edition, now: Instant) -> bool:
        """Whether all were priced by that edition of the catalogue, and none is ahead of time."""
        is_priced = self.has_all and self._edition == edition
        return is_priced and self._latest_us <= now + AHEAD_US

    def add(self, read: Read, received_at: Instant) -> None:
        """Take the next."""
        form = read.form
        self._sent.append((read.sent, received_at))
        self.sent_ids.append(form.receipt_id)
        till = till_key(form.store_id, form.till_id, form.series)
        if form.sequence_number is not None:
            self.tills.add(till)
        if not self.has_all:
            return
        sale = self._reception.price(form, received_at)
        if sale is None or self._reception.edition != self._edition:
            self.has_all = False
            self.rows = NewSales()
            return
        self.rows.add(sale, fingerprint(read.canonical))
        self.receipt_ids.append(sale.receipt_id)
        self._latest_us = max(self._latest_us, sale.occurred_at_us)
        ahead_us = sale.occurred_at_us - sale.received_at_us
        word = LastWord(sale.receipt_id, sale.occurred_at_us, sale.received_at_us, ahead_us)
        self.last_words[till] = word.after(self.last_words.get(till))
        if sale.sequence_number is not None:
            self.numbers.setdefault(till, []).append((sale.sequence_number, sale.business_date))
