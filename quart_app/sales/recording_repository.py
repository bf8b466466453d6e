"""Writing receipts: the rows that a group of them adds."""

from collections.abc import Sequence

from quart_app.database.steps import Row, Statement
from quart_app.database.transaction import inserting
from quart_app.sales.models import NewKey, NewSale

_SALES = """
    INSERT INTO sales (
           id, receipt_id, fingerprint, type, store_id, till_id, series, sequence_number,
           business_date, occurred_at_us, utc_offset_s, received_at_us, cashier_id,
           promo_code, original_receipt_id, reason, gross_minor, discount_minor,
           amount_minor, tax_minor, line_count)
    VALUES :rows
"""
_LINES = """
    INSERT INTO sale_lines (
           sale_id, line_no, product_id, quantity_milli, unit_price_minor, gross_minor,
           discount_minor, amount_minor, tax_minor)
    VALUES :rows
"""
_TENDERS = """
    INSERT INTO sale_tenders (sale_id, tender_no, type, amount_minor)
    VALUES :rows
"""
_KEYS = """
    INSERT INTO idempotency_keys (key, sale_id)
    VALUES :rows
"""


def recording(created: Sequence[NewSale]) -> list[Statement]:
    """What writes sales with their lines and tenders."""
    return [
        *inserting(_SALES, [_sale_row(new) for new in created]),
        *inserting(_LINES, [row for new in created for row in _line_rows(new)]),
        *inserting(_TENDERS, [row for new in created for row in _tender_rows(new)]),
    ]


def binding_keys(keys: Sequence[NewKey]) -> list[Statement]:
    """What binds idempotency keys to sales that are written by then."""
    return [*inserting(_KEYS, [(new.key, new.sale_id) for new in keys])]


def _sale_row(new: NewSale) -> Row:
    sale = new.sale
    return (
        new.sale_id,
        sale.receipt_id,
        new.fingerprint,
        sale.type,
        sale.store_id,
        sale.till_id,
        sale.series,
        sale.sequence_number,
        sale.business_date,
        sale.occurred_at_us,
        sale.utc_offset_s,
        sale.received_at_us,
        sale.cashier_id,
        sale.promo_code,
        sale.original_receipt_id,
        sale.reason,
        sale.gross_minor,
        sale.discount_minor,
        sale.amount_minor,
        sale.tax_minor,
        len(sale.lines),
    )


def _line_rows(new: NewSale) -> list[Row]:
    return [
        (
            new.sale_id,
            line.line_no,
            line.product_id,
            line.quantity_milli,
            line.unit_price_minor,
            line.gross_minor,
            line.discount_minor,
            line.amount_minor,
            line.tax_minor,
        )
        for line in new.sale.lines
    ]


def _tender_rows(new: NewSale) -> list[Row]:
    return [
        (new.sale_id, number, tender.type, tender.amount_minor)
        for number, tender in enumerate(new.sale.tenders, 1)
    ]
