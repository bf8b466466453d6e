"""What becomes of a receipt: told from what is kept, from those beside it, and from the catalogue.

A judge learns in a few statements all that a group of receipts needs, and then judges one after
the other without waiting, so that two of the same in one group are told apart too.
"""

import asyncio
from collections.abc import Mapping, Sequence

from quart_app.database.transaction import Reading
from quart_app.errors import Fault
from quart_app.products.models import Priced
from quart_app.products.service import Products
from quart_app.sales import identity_repository as identities
from quart_app.sales import repository
from quart_app.sales.forms import Arrival, ReceiptForm
from quart_app.sales.identity_repository import TillNumber
from quart_app.sales.models import (
    Conflicting,
    Created,
    Duplicate,
    Known,
    NewKey,
    NewSale,
    Outcome,
    Refused,
    Sale,
    Tender,
)
from quart_app.sales.pricing import LinesRefused, price_lines
from quart_app.stores.models import Shop
from quart_app.stores.service import Stores
from quart_app.values.calendar import MinuteOfDay, local_time
from quart_app.values.identifiers import new_receipt_id

_DAY_US = 86_400_000_000


class Judge:
    """Judges the receipts of one transaction."""

    def __init__(self, arrivals: Sequence[Arrival], day_start: MinuteOfDay) -> None:
        self._arrivals = arrivals
        self._day_start = day_start
        self._receipts: dict[str, Known] = {}
        self._keys: dict[str, Known] = {}
        self._numbers: dict[TillNumber, str] = {}
        self._shops: Mapping[int, Shop] = {}
        self._products: Mapping[int, Priced] = {}
        self._last_id = 0
        self.created: list[NewSale] = []
        """The sales that are to be written."""
        self.new_keys: list[NewKey] = []
        """The idempotency keys that are to be bound, to new sales or to ones there were."""

    async def learn(self, reading: Reading, stores: Stores, products: Products) -> None:
        """Look up everything that these receipts name."""
        forms = [arrival.form for arrival in self._arrivals]
        ids = {form.receipt_id for form in forms if form.receipt_id is not None}
        keys = {key for arrival in self._arrivals if (key := arrival.idempotency_key) is not None}
        numbers = {number for form in forms if (number := _till_number(form)) is not None}
        (
            self._receipts,
            self._keys,
            self._numbers,
            self._shops,
            self._products,
            self._last_id,
        ) = await asyncio.gather(
            identities.known_receipts(reading, ids),
            identities.known_keys(reading, keys),
            identities.used_numbers(reading, numbers),
            stores.shops(reading, {form.store_id for form in forms}),
            products.priced(reading, {line.product_id for form in forms for line in form.lines}),
            repository.last_id(reading),
        )

    def judge(self, arrival: Arrival) -> Outcome:
        """What becomes of one; what it takes (an identity, a number) is taken for the next."""
        form = arrival.form
        by_id = self._receipts.get(form.receipt_id or "")
        by_key = self._keys.get(arrival.idempotency_key or "")
        if (known := by_id or by_key) is not None:
            same = Known(known.sale_id, known.receipt_id, arrival.fingerprint)
            if any(one not in (None, same) for one in (by_id, by_key)):
                return Conflicting(known.receipt_id)
            self._remember(arrival, known)
            return Duplicate(known.receipt_id)
        faults = self._missing(arrival)
        if faults:
            return Refused(tuple(faults))
        try:
            sale = self._sale(arrival)
        except LinesRefused as refused:
            return Refused(refused.faults)
        self._last_id += 1
        self.created.append(NewSale(self._last_id, sale, arrival.fingerprint))
        self._remember(arrival, Known(self._last_id, sale.receipt_id, arrival.fingerprint))
        return Created(sale)

    def _remember(self, arrival: Arrival, known: Known) -> None:
        self._receipts[known.receipt_id] = known
        if (number := _till_number(arrival.form)) is not None:
            self._numbers[number] = known.receipt_id
        key = arrival.idempotency_key
        if key is not None and key not in self._keys:
            self._keys[key] = known
            self.new_keys.append(NewKey(key, known.sale_id))

    def _missing(self, arrival: Arrival) -> list[Fault]:
        """Every reason why a receipt cannot be counted yet."""
        form, faults = arrival.form, []
        shop = self._shops.get(form.store_id)
        if shop is None or (arrival.at_catalogue_price and shop.archived):
            faults.append(Fault("store_id", "unknown_store", f"there is no store {form.store_id}"))
        for i, line in enumerate(form.lines):
            product = self._products.get(line.product_id)
            if product is None or (arrival.at_catalogue_price and product.archived):
                place = "product_id" if arrival.at_catalogue_price else f"lines[{i}].product_id"
                faults.append(
                    Fault(place, "unknown_product", f"there is no product {line.product_id}")
                )
        if form.occurred_at > arrival.received_at + _DAY_US:
            faults.append(
                Fault(
                    "occurred_at",
                    "in_the_future",
                    "it is more than 24 hours ahead: is the till's clock right?",
                )
            )
        number = _till_number(form)
        if number is not None and number in self._numbers:
            faults.append(
                Fault(
                    "sequence_number",
                    "sequence_number_used",
                    f"receipt {self._numbers[number]} of this till has it; a counter that starts "
                    "anew sends another series",
                )
            )
        return faults

    def _sale(self, arrival: Arrival) -> Sale:
        form = arrival.form
        lines = price_lines(form, self._products)
        gross_minor = discount_minor = tax_minor = 0
        for line in lines:
            gross_minor += line.gross_minor
            discount_minor += line.discount_minor
            tax_minor += line.tax_minor
        business_date, utc_offset_s = local_time(
            form.occurred_at, self._shops[form.store_id].zone, self._day_start
        )
        return Sale(
            receipt_id=form.receipt_id or new_receipt_id(arrival.received_at),
            type=form.type or "sale",
            store_id=form.store_id,
            till_id=form.till_id or "",
            series=form.series or "",
            sequence_number=form.sequence_number,
            business_date=business_date,
            occurred_at_us=int(form.occurred_at),
            utc_offset_s=utc_offset_s,
            received_at_us=int(arrival.received_at),
            cashier_id=form.cashier_id,
            promo_code=form.promo_code,
            original_receipt_id=form.original_receipt_id,
            reason=form.reason,
            gross_minor=gross_minor,
            discount_minor=discount_minor,
            amount_minor=gross_minor - discount_minor,
            tax_minor=tax_minor,
            lines=lines,
            tenders=tuple(Tender(tender.type, int(tender.amount)) for tender in form.tenders or ()),
        )


def _till_number(form: ReceiptForm) -> TillNumber | None:
    if form.sequence_number is None:
        return None
    return TillNumber(form.store_id, form.till_id or "", form.series or "", form.sequence_number)
