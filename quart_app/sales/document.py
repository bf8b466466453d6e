"""A sale as clients see it: in the store's zone, with what the till's figures disagree on."""

from collections.abc import Callable
from typing import Any

import msgspec

from quart_app.sales.held_models import HeldSale
from quart_app.sales.models import Line, Sale
from quart_app.values.calendar import Day
from quart_app.values.instant import format_instant
from quart_app.values.money import Currency
from quart_app.values.quantity import format_quantity
from quart_app.values.rounding import half_up
from quart_app.wire import Wire


def standing(sale: Sale | HeldSale, wire: Wire) -> dict[str, Any]:
    """A receipt as it stands, counted or held."""
    return held_document(sale) if isinstance(sale, HeldSale) else document(sale, wire.currency)


def held_document(held: HeldSale) -> dict[str, Any]:
    """A held receipt: why, and what was sent."""
    shown: dict[str, Any] = {
        "id": held.id,
        "receipt_id": held.receipt_id,
        "status": held.status,
        "reasons": held.reasons,
        "store_id": held.store_id,
        "till_id": held.till_id,
        "received_at": format_instant(held.received_at_us),
        "receipt": msgspec.Raw(held.document),
    }
    if held.voided_at_us is not None:
        shown["voided_at"] = format_instant(held.voided_at_us)
        shown["void_reason"] = held.void_reason
    if held.settled_at_us is not None:
        shown["settled_at"] = format_instant(held.settled_at_us)
        shown["discard_reason"] = held.discard_reason
    return shown


def document(sale: Sale, currency: Currency) -> dict[str, Any]:
    """The receipt as stored."""
    money = currency.format
    shown: dict[str, Any] = {
        "receipt_id": sale.receipt_id,
        "status": "counted" if sale.voided_at_us is None else "voided",
        "type": sale.type,
        "store_id": sale.store_id,
        "till_id": sale.till_id,
        "series": sale.series,
        "sequence_number": sale.sequence_number,
        "business_date": str(Day(sale.business_date)),
        "occurred_at": format_instant(sale.occurred_at_us, sale.utc_offset_s),
        "received_at": format_instant(sale.received_at_us, sale.utc_offset_s),
        "cashier_id": sale.cashier_id,
        "promo_code": sale.promo_code,
        "original_receipt_id": sale.original_receipt_id,
        "reason": sale.reason,
        "gross": money(sale.gross_minor),
        "discount": money(sale.discount_minor),
        "amount": money(sale.amount_minor),
        "tax": money(sale.tax_minor),
        "lines": [_line(line, money) for line in sale.lines],
        "tenders": [
            {"type": tender.type, "amount": money(tender.amount_minor)} for tender in sale.tenders
        ],
    }
    if sale.voided_at_us is not None:
        shown["voided_at"] = format_instant(sale.voided_at_us, sale.utc_offset_s)
        shown["void_reason"] = sale.void_reason
    if warnings := _warnings(sale):
        shown["warnings"] = warnings
    return shown


def _line(line: Line, money: Callable[[int], str]) -> dict[str, Any]:
    price = line.unit_price_minor
    return {
        "line_no": line.line_no,
        "product_id": line.product_id,
        "quantity": format_quantity(line.quantity_milli),
        "unit": line.unit,
        "unit_price": None if price is None else money(price),
        "gross": money(line.gross_minor),
        "discount": money(line.discount_minor),
        "amount": money(line.amount_minor),
        "tax": money(line.tax_minor),
    }


class Disagreement(msgspec.Struct, frozen=True):
    """A disagreement of the till's own figures; the lines' amounts count."""

    path: str
    code: str
    detail: str


def _warnings(sale: Sale) -> list[Disagreement]:
    found = [
        Disagreement(
            f"lines[{line.line_no - 1}].amount",
            "amount_differs",
            "unit_price x quantity comes to another gross; the amount counts",
        )
        for line in sale.lines
        if line.unit_price_minor is not None
        and half_up(line.unit_price_minor * line.quantity_milli, 1_000) != line.gross_minor
    ]
    if sale.tenders and sum([tender.amount_minor for tender in sale.tenders]) != sale.amount_minor:
        found.append(
            Disagreement("tenders", "tenders_differ", "they add up to another sum than the lines")
        )
    return found
