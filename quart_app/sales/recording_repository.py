"""Writing receipts: all that a group of them adds to the tables."""

from collections.abc import Sequence

from quart_app.database.transaction import Row, Writing, inserting
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
# The totals are added up by the engine from the rows just written: a group's ids are in a row.
_STORE_DAYS = """
    INSERT INTO store_day_totals (
           business_date, store_id, gross_minor, discount_minor, returns_minor, tax_minor,
           receipts, return_receipts, sale_lines)
    SELECT business_date,
           store_id,
           SUM(CASE type WHEN 'sale' THEN gross_minor ELSE 0 END),
           SUM(CASE type WHEN 'sale' THEN discount_minor ELSE 0 END),
           SUM(CASE type WHEN 'sale' THEN 0 ELSE amount_minor END),
           SUM(CASE type WHEN 'sale' THEN tax_minor ELSE -tax_minor END),
           SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END),
           SUM(CASE type WHEN 'sale' THEN 0 ELSE 1 END),
           SUM(CASE type WHEN 'sale' THEN line_count ELSE 0 END)
      FROM sales
     WHERE id BETWEEN :first_id AND :last_id
     GROUP BY business_date,
              store_id
        ON CONFLICT (business_date, store_id)
        DO UPDATE
       SET gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           tax_minor = tax_minor + excluded.tax_minor,
           receipts = receipts + excluded.receipts,
           return_receipts = return_receipts + excluded.return_receipts,
           sale_lines = sale_lines + excluded.sale_lines
"""
_SOLD = """
    SELECT sales.business_date,
           sale_lines.product_id,
           SUM(CASE sales.type
               WHEN 'sale' THEN sale_lines.quantity_milli
               ELSE -sale_lines.quantity_milli END) AS quantity_milli,
           SUM(CASE sales.type WHEN 'sale' THEN sale_lines.gross_minor ELSE 0 END) AS gross_minor,
           SUM(CASE sales.type
               WHEN 'sale' THEN sale_lines.discount_minor
               ELSE 0 END) AS discount_minor,
           SUM(CASE sales.type WHEN 'sale' THEN 0 ELSE sale_lines.amount_minor END)
               AS returns_minor,
           COUNT(*) AS lines
      FROM sales
           INNER JOIN sale_lines ON sale_lines.sale_id = sales.id
     WHERE sales.id BETWEEN :first_id AND :last_id
     GROUP BY sales.business_date,
              sale_lines.product_id
"""
_PRODUCT_DAYS = f"""
    INSERT INTO product_day_totals (
           business_date, product_id, quantity_milli, gross_minor, discount_minor,
           returns_minor, lines)
    {_SOLD}
        ON CONFLICT (business_date, product_id)
        DO UPDATE
       SET quantity_milli = quantity_milli + excluded.quantity_milli,
           gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           lines = lines + excluded.lines
"""
_PRODUCT_MONTHS = f"""
    INSERT INTO product_month_totals (
           business_month, product_id, quantity_milli, gross_minor, discount_minor,
           returns_minor, lines)
    SELECT CAST(STRFTIME('%Y%m', business_date * 86400, 'unixepoch') AS INTEGER)
               AS business_month,
           product_id,
           SUM(quantity_milli),
           SUM(gross_minor),
           SUM(discount_minor),
           SUM(returns_minor),
           SUM(lines)
      FROM ({_SOLD}) AS sold
     WHERE TRUE
     GROUP BY 1,
              product_id
        ON CONFLICT (business_month, product_id)
        DO UPDATE
       SET quantity_milli = quantity_milli + excluded.quantity_milli,
           gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           lines = lines + excluded.lines
"""
_KEYS = """
    INSERT INTO idempotency_keys (key, sale_id)
    VALUES :rows
"""


async def record(writing: Writing, created: Sequence[NewSale], keys: Sequence[NewKey]) -> None:
    """Write sales with their lines, tenders and totals, and bind idempotency keys."""
    statements = [
        *inserting(_SALES, [_sale_row(new) for new in created]),
        *inserting(_LINES, [row for new in created for row in _line_rows(new)]),
        *inserting(_TENDERS, [row for new in created for row in _tender_rows(new)]),
        *inserting(_KEYS, [(new.key, new.sale_id) for new in keys]),
    ]
    if created:
        ids = {"first_id": created[0].sale_id, "last_id": created[-1].sale_id}
        statements += [(sql, ids) for sql in (_STORE_DAYS, _PRODUCT_DAYS, _PRODUCT_MONTHS)]
    await writing.run(*statements)


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
