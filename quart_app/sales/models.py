"""A sale as it is kept, and what became of a receipt that came in."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from quart_app.errors import Fault
from quart_app.sales.forms import ReceiptForm
from quart_app.values.calendar import Day
from quart_app.values.identifiers import Id, ReceiptId
from quart_app.values.text import Code


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line: ``amount`` is what the customer paid, always ``gross`` less ``discount``."""

    line_no: int
    product_id: int
    unit: str
    quantity_milli: int
    unit_price_minor: int | None
    gross_minor: int
    discount_minor: int
    amount_minor: int
    tax_minor: int


class Tender(msgspec.Struct, frozen=True, gc=False):
    """A means of payment."""

    type: str
    amount_minor: int


class Sale(msgspec.Struct, frozen=True, gc=False):
    """A receipt as it was counted; its sums are those of its lines."""

    receipt_id: str
    type: Literal["sale", "return"]
    store_id: int
    till_id: str
    series: str
    sequence_number: int | None
    business_date: int
    occurred_at_us: int
    utc_offset_s: int
    received_at_us: int
    cashier_id: str | None
    promo_code: str | None
    original_receipt_id: str | None
    reason: str | None
    gross_minor: int
    discount_minor: int
    amount_minor: int
    tax_minor: int
    lines: tuple[Line, ...]
    tenders: tuple[Tender, ...]
    voided_at_us: int | None = None
    void_reason: str | None = None


class Known(msgspec.Struct, frozen=True, gc=False):
    """What is remembered of a receipt to tell a repetition of it.

    ``held_id`` is that of a held one, which has no ``sale_id`` yet.
    """

    sale_id: int | None
    receipt_id: str
    fingerprint: int
    held_id: int | None = None
    reasons: tuple[Fault, ...] = ()


class NewKey(msgspec.Struct, frozen=True):
    """An idempotency key that is to be bound to a sale."""

    key: str
    sale_id: int


class NewHeld(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt that is to be held, with what it waits for.

    A ``newcomer`` has another receipt's identity. ``business_date`` is where the figures lack it.
    ``countable_at_us`` is set for one that is ahead of time; ``waits`` is false where neither the
    catalogue nor time will help.
    """

    held_id: int
    receipt_id: str
    fingerprint: int
    is_newcomer: bool
    idempotency_key: str | None
    store_id: int
    till_id: str
    series: str
    sequence_number: int | None
    business_date: int
    received_at_us: int
    form: ReceiptForm
    reasons: tuple[Fault, ...]
    lacked_store_id: int | None
    lacked_products: tuple[int, ...]
    countable_at_us: int | None
    waits: bool


class Created(msgspec.Struct, frozen=True, gc=False):
    """It is counted now."""

    sale: Sale


class Duplicate(msgspec.Struct, frozen=True, gc=False):
    """It was counted before; nothing was written."""

    receipt_id: str


class Held(msgspec.Struct, frozen=True):
    """It cannot be counted yet and is kept whole, once; every reason is named."""

    receipt_id: str
    faults: tuple[Fault, ...]


class Conflicting(msgspec.Struct, frozen=True):
    """Its identity is another receipt's, which stands; this one is kept among the held."""

    receipt_id: str

    @property
    def fault(self) -> Fault:
        """What is wrong, for whoever sent it."""
        return Fault(
            "receipt_id",
            "receipt_conflict",
            f"receipt {self.receipt_id} is here with other content, which stands; what came now "
            "is kept among the held",
        )


class Refused(msgspec.Struct, frozen=True):
    """It is no sale; every reason is named."""

    faults: tuple[Fault, ...]


class AllCreated(msgspec.Struct, frozen=True, gc=False):
    """They are all counted now, in this order."""

    receipt_ids: Sequence[str]


Outcome = Created | Duplicate | Held | Conflicting | Refused
Outcomes = AllCreated | Sequence[Outcome]
"""What became of several, each in its place."""


class SalesListing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the list of receipts may be asked for; both days are inside."""

    store_id: Id | None = None
    till_id: Code | None = None
    first: Day | None = msgspec.field(default=None, name="from")
    last: Day | None = msgspec.field(default=None, name="to")
    limit: Annotated[int, Meta(ge=1, le=1_000)] = 100
    after: ReceiptId | None = None
