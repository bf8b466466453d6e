"""The short way to read what tills send nearly always; all else is read the long way.

The library reads the values of a form one by one, through a call for each that costs more than all
the rest. Here they are left as they were sent and read together: prices and quantities, which are
the same all day long, are looked up by their text.
"""

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from quart_app.errors import ValueRefused
from quart_app.sales.forms import MAX_LINES, MAX_TENDERS, SequenceNumber
from quart_app.values.decimals import plain_digits
from quart_app.values.identifiers import MAX_RECEIPT_ID, RECEIPT_ID, Id, ReceiptId
from quart_app.values.instant import microseconds
from quart_app.values.money import Money
from quart_app.values.quantity import Quantity
from quart_app.values.text import MAX_CODE, NO_CONTROLS, Name, Series
from quart_app.wire import Wire

_MOST_REMEMBERED = 16_384


class _Plain(
    msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """Members in the order of their names, as the canonical text has them; values are integers."""


class PlainLine(_Plain, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line, as ``LineForm``."""

    amount: Any = None
    discount: Any = None
    product_id: Id
    quantity: Any
    tax: Any = None
    unit_price: Any = None


class PlainTender(_Plain, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A means of payment, as ``TenderForm``."""

    amount: Any
    type: str


class PlainReceipt(_Plain, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A receipt, as ``ReceiptForm``."""

    cashier_id: str | None = None
    discount: Any = None
    lines: Annotated[tuple[PlainLine, ...], Meta(min_length=1, max_length=MAX_LINES)]
    occurred_at: Any
    original_receipt_id: ReceiptId | None = None
    promo_code: str | None = None
    reason: Name | None = None
    receipt_id: str | None = None
    sequence_number: SequenceNumber | None = None
    series: Series | None = None
    store_id: Id
    tenders: Annotated[tuple[PlainTender, ...], Meta(max_length=MAX_TENDERS)] | None = None
    till_id: str | None = None
    type: Literal["sale", "return"] | None = None


class PlainReader:
    """Reads plain receipts."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._decode = msgspec.json.Decoder(PlainReceipt, float_hook=plain_digits).decode
        self._encode = msgspec.json.Encoder().encode
        self._money = _Remembered(lambda given: int(wire.parse(Money, given)))
        self._quantity = _Remembered(lambda given: int(wire.parse(Quantity, given)))
        self._code = _Remembered(_code)

    def read(self, body: bytes) -> tuple[PlainReceipt, bytes] | None:
        """A receipt and its canonical text; None for what has to be read the long way."""
        try:
            receipt = self._decode(body)
            self._read_head(receipt)
            self._read_lines(receipt.lines)
            if receipt.tenders is not None:
                self._read_tenders(receipt.tenders)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, TypeError, ValueRefused):
            return None
        canonical = self._encode(receipt)
        return (receipt, canonical) if self._wire.has_once(body, canonical) else None

    def _read_head(self, receipt: PlainReceipt) -> None:
        code = self._code
        receipt.occurred_at = microseconds(receipt.occurred_at)
        if receipt.receipt_id is not None:
            _require_receipt_id(receipt.receipt_id)
        if receipt.till_id is not None:
            receipt.till_id = code[receipt.till_id]
        if receipt.cashier_id is not None:
            receipt.cashier_id = code[receipt.cashier_id]
        if receipt.promo_code is not None:
            receipt.promo_code = code[receipt.promo_code]
        if receipt.discount is not None:
            receipt.discount = self._money[receipt.discount]

    def _read_lines(self, lines: tuple[PlainLine, ...]) -> None:
        money, quantity = self._money, self._quantity
        for line in lines:
            line.quantity = quantity[line.quantity]
            if line.unit_price is not None:
                line.unit_price = money[line.unit_price]
            if line.discount is not None:
                line.discount = money[line.discount]
            if line.amount is not None:
                line.amount = money[line.amount]
            if line.tax is not None:
                line.tax = money[line.tax]

    def _read_tenders(self, tenders: tuple[PlainTender, ...]) -> None:
        minor = self._wire.currency.minor
        for tender in tenders:
            tender.type = self._code[tender.type]
            amount = tender.amount
            # Not looked up: a receipt's sum hardly ever comes again.
            tender.amount = minor(amount) if amount.__class__ is str else self._money[amount]


class _Remembered(dict[Any, Any]):
    """What texts stand for, by the text; ValueRefused for one that stands for nothing."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, given: Any) -> Any:
        """Read it; only texts are remembered, or 1 would be true's value."""
        value = self._read(given)
        if given.__class__ is str:
            if len(self) >= _MOST_REMEMBERED:
                self.clear()
            self[given] = value
        return value


_is_receipt_id = re.compile(RECEIPT_ID).match
_has_no_controls = re.compile(NO_CONTROLS).match


def _require_receipt_id(text: str) -> None:
    if len(text) > MAX_RECEIPT_ID or _is_receipt_id(text) is None:
        raise ValueRefused("wrong_value", "no receipt id")


def _code(text: str) -> str:
    if not 1 <= len(text) <= MAX_CODE or _has_no_controls(text) is None:
        raise ValueRefused("wrong_value", "no code")
    return text
