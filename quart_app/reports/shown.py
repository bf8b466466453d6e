"""Reports as JSON answers show them."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from quart_app.reports.models import Column, Lacking
from quart_app.values.shown import DayText, InstantText, MoneyText, QuantityText

Cell = str | int | None


class Days(msgspec.Struct, frozen=True):
    """The business dates of a period, both ends inside."""

    first: DayText = msgspec.field(name="from")
    last: DayText = msgspec.field(name="to")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """A report: what it is of, how complete that is, its rows, and the totals of all there are."""

    report: str
    period: Days
    currency: str
    generated_at: InstantText
    completeness: Lacking
    rows: list[dict[str, Cell]]
    totals: dict[str, Cell]
    compared_with: Days | UnsetType = UNSET
    as_of: InstantText | UnsetType = UNSET


class ListedReport(msgspec.Struct, frozen=True):
    """A report there is: the question it answers, its parameters and columns."""

    name: str
    answers: str
    parameters: tuple[str, ...]
    columns: tuple[Column, ...]


class ShownParts(msgspec.Struct, frozen=True, kw_only=True):
    """What all the receipts behind a figure add up to."""

    gross: MoneyText
    discounts: MoneyText
    returns: MoneyText
    revenue: MoneyText
    quantity: QuantityText | UnsetType = UNSET
    amount: MoneyText | UnsetType = UNSET
    receipts: int
    return_receipts: int


class ShownReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt behind a figure, and what it adds."""

    receipt_id: str
    type: Literal["sale", "return"]
    store_id: int
    till_id: str
    business_date: DayText
    occurred_at: InstantText
    gross: MoneyText
    discounts: MoneyText
    returns: MoneyText
    revenue: MoneyText
    quantity: QuantityText | UnsetType = UNSET
    amount: MoneyText | UnsetType = UNSET


class ShownExplanation(msgspec.Struct, frozen=True, kw_only=True):
    """The receipts behind one row of a report, a page, and the totals of all."""

    report: str
    row: dict[str, Any]
    period: Days
    currency: str
    receipts: list[ShownReceipt]
    totals: ShownParts
