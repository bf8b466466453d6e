"""What a till sends: a receipt, or the short form of one piece sold now.

Everything is optional here that may be left out there, and nothing is filled in: the canonical
text of a form is what was sent, and its fingerprint tells a repetition from a conflict.
"""

from hashlib import blake2b
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from quart_app.values.identifiers import Id, ReceiptId
from quart_app.values.instant import Instant
from quart_app.values.money import Money
from quart_app.values.quantity import Quantity
from quart_app.values.text import Code, Name, Series

MAX_LINES = 1_000
MAX_TENDERS = 100

SequenceNumber = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class _Form(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
):
    """What every form has: unknown members are refused, members not sent are left out."""


class LineForm(_Form, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line as a till prints it."""

    product_id: Id
    quantity: Quantity
    unit_price: Money | None = None
    discount: Money | None = None
    amount: Money | None = None
    tax: Money | None = None


class TenderForm(_Form, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A means of payment and what was paid by it."""

    type: Code
    amount: Money


class ReceiptForm(_Form, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A receipt as a till prints it."""

    store_id: Id
    occurred_at: Instant
    lines: Annotated[tuple[LineForm, ...], Meta(min_length=1, max_length=MAX_LINES)]
    receipt_id: ReceiptId | None = None
    type: Literal["sale", "return"] | None = None
    till_id: Code | None = None
    series: Series | None = None
    sequence_number: SequenceNumber | None = None
    cashier_id: Code | None = None
    promo_code: Code | None = None
    discount: Money | None = None
    original_receipt_id: ReceiptId | None = None
    reason: Name | None = None
    tenders: Annotated[tuple[TenderForm, ...], Meta(max_length=MAX_TENDERS)] | None = None


class ShortForm(_Form, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One product sold now at the catalogue's price."""

    product_id: Id
    store_id: Id
    quantity: Quantity | None = None
    occurred_at: Instant | None = None


class VoidForm(_Form, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Why a receipt is voided."""

    reason: Name | None = None


class BatchQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a batch is taken; a trial run answers the same and writes nothing."""

    dry_run: bool = False


class DiscardQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a held receipt is given up."""

    reason: Name


def fingerprint(canonical: bytes) -> int:
    """64 bits that are the same for the same content, today and in three years.

    They are only ever compared with those of the same identity, so that few are enough.
    """
    return int.from_bytes(blake2b(canonical, digest_size=8).digest(), signed=True)


def as_receipt(short: ShortForm, now: Instant) -> ReceiptForm:
    """The receipt that a short form stands for."""
    return ReceiptForm(
        store_id=short.store_id,
        occurred_at=short.occurred_at or now,
        lines=(LineForm(product_id=short.product_id, quantity=short.quantity or Quantity(1_000)),),
    )
