"""A sale as clients see it: in the store's zone, with what the till's figures disagree on."""

from collections.abc import Callable

import msgspec
from msgspec import UNSET

from quart_app.sales.held.models import HeldSale
from quart_app.sales.models import Line, Sale
from quart_app.sales.shown import Disagreement, ShownHeld, ShownLine, ShownSale, ShownTender
from quart_app.values.calendar import Day
from quart_app.values.instant import format_instant
from quart_app.values.money import Currency
from quart_app.values.quantity import format_quantity
from quart_app.values.rounding import half_up
from quart_app.wire import Wire


def standing(sale: Sale | HeldSale, wire: Wire) -> ShownSale | ShownHeld:
    """A receipt as it stands, counted or held."""
    return held_document(sale) if isinstance(sale, HeldSale) else document(sale, wire.currency)


def held_document(held: HeldSale) -> ShownHeld:
    """A held receipt: why, and what was sent."""
    voided, settled = held.voided_at_us, held.settled_at_us
    return ShownHeld(
        id=held.id,
        receipt_id=held.receipt_id,
        status=held.status,
        reasons=held.reasons,
        store_id=held.store_id,
        till_id=held.till_id,
        received_at=format_instant(held.received_at_us),
        receipt=msgspec.Raw(held.document),
        voided_at=UNSET if voided is None else format_instant(voided),
        void_reason=UNSET if voided is None else held.void_reason,
        settled_at=UNSET if settled is None else format_instant(settled),
        discard_reason=UNSET if settled is None else held.discard_reason,
    )


def document(sale: Sale, currency: Currency) -> ShownSale:
    """The receipt as stored."""
    money = currency.format
    voided = sale.voided_at_us
    return ShownSale(
        receipt_id=sale.receipt_id,
        status="counted" if voided is None else "voided",
        type=sale.type,
        store_id=sale.store_id,
        till_id=sale.till_id,
        series=sale.series,
        sequence_number=sale.sequence_number,
        business_date=str(Day(sale.business_date)),
        occurred_at=format_instant(sale.occurred_at_us, sale.utc_offset_s),
        received_at=format_instant(sale.received_at_us, sale.utc_offset_s),
        cashier_id=sale.cashier_id,
        promo_code=sale.promo_code,
        original_receipt_id=sale.original_receipt_id,
        reason=sale.reason,
        gross=money(sale.gross_minor),
        discount=money(sale.discount_minor),
        amount=money(sale.amount_minor),
        tax=money(sale.tax_minor),
        lines=[_line(line, money) for line in sale.lines],
        tenders=[ShownTender(tender.type, money(tender.amount_minor)) for tender in sale.tenders],
        voided_at=UNSET if voided is None else format_instant(voided, sale.utc_offset_s),
        void_reason=UNSET if voided is None else sale.void_reason,
        warnings=_warnings(sale) or UNSET,
    )


def _line(line: Line, money: Callable[[int], str]) -> ShownLine:
    price = line.unit_price_minor
    return ShownLine(
        line_no=line.line_no,
        product_id=line.product_id,
        quantity=format_quantity(line.quantity_milli),
        unit=line.unit,
        unit_price=None if price is None else money(price),
        gross=money(line.gross_minor),
        discount=money(line.discount_minor),
        amount=money(line.amount_minor),
        tax=money(line.tax_minor),
    )


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
