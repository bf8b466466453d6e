"""Receipts as answers show them."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from quart_app.errors import Fault
from quart_app.values.shown import DayText, InstantText, MoneyText, QuantityText


class ShownLine(msgspec.Struct, frozen=True, gc=False):
    """A line as it was counted."""

    line_no: int
    product_id: int
    quantity: QuantityText
    unit: str
    unit_price: MoneyText | None
    gross: MoneyText
    discount: MoneyText
    amount: MoneyText
    tax: MoneyText


class ShownTender(msgspec.Struct, frozen=True, gc=False):
    """A means of payment."""

    type: str
    amount: MoneyText


class Disagreement(msgspec.Struct, frozen=True):
    """A disagreement of the till's own figures; the lines' amounts count."""

    path: str
    code: Literal["amount_differs", "tenders_differ"]
    detail: str


class ShownSale(msgspec.Struct, frozen=True, gc=False):
    """A receipt as it was counted; ``warnings`` are there where the till's figures disagree."""

    receipt_id: str
    status: Literal["counted", "voided"]
    type: Literal["sale", "return"]
    store_id: int
    till_id: str
    series: str
    sequence_number: int | None
    business_date: DayText
    occurred_at: InstantText
    received_at: InstantText
    cashier_id: str | None
    promo_code: str | None
    original_receipt_id: str | None
    reason: str | None
    gross: MoneyText
    discount: MoneyText
    amount: MoneyText
    tax: MoneyText
    lines: list[ShownLine]
    tenders: list[ShownTender]
    voided_at: InstantText | UnsetType = UNSET
    void_reason: str | UnsetType | None = UNSET
    warnings: list[Disagreement] | UnsetType = UNSET


class Waiting(msgspec.Struct, frozen=True):
    """A receipt that is held: kept whole, counted by itself as soon as it can be."""

    receipt_id: str
    status: Literal["held"]
    reasons: tuple[Fault, ...]


class ShownHeld(msgspec.Struct, frozen=True):
    """A held receipt: why, what was sent (``receipt``), and what became of it."""

    id: int
    receipt_id: str
    status: Literal["held", "counted", "discarded"]
    reasons: tuple[Fault, ...]
    store_id: int
    till_id: str
    received_at: InstantText
    receipt: msgspec.Raw
    voided_at: InstantText | UnsetType = UNSET
    void_reason: str | UnsetType | None = UNSET
    settled_at: InstantText | UnsetType = UNSET
    discard_reason: str | UnsetType | None = UNSET
