"""Whether a file is whole, and whether every figure in it adds up from the receipts' lines."""

import sqlite3
from collections.abc import Iterator

_LINES = """
    SELECT sales.business_date,
           CAST(STRFTIME('%Y%m', business_date * 86400, 'unixepoch') AS INTEGER) AS month,
           sales.store_id,
           sale_lines.product_id,
           sales.type = 'sale' AS sold,
           CASE type WHEN 'sale' THEN 1 ELSE -1 END * sale_lines.quantity_milli AS quantity_milli,
           CASE type WHEN 'sale' THEN sale_lines.gross_minor ELSE 0 END AS gross_minor,
           CASE type WHEN 'sale' THEN sale_lines.discount_minor ELSE 0 END AS discount_minor,
           CASE type WHEN 'sale' THEN 0 ELSE sale_lines.amount_minor END AS returns_minor
      FROM sales
           INNER JOIN sale_lines ON sale_lines.sale_id = sales.id
     WHERE sales.voided_at_us IS NULL
"""
_OF_A_SALE = (
    """
    SELECT id, gross_minor, discount_minor, amount_minor, tax_minor, line_count
      FROM sales
    """,
    """
    SELECT sale_id, SUM(gross_minor), SUM(discount_minor), SUM(amount_minor), SUM(tax_minor),
           COUNT(*)
      FROM sale_lines
     GROUP BY 1
    """,
)
_OF_A_STORES_DAY = (
    """
    SELECT business_date, store_id, gross_minor, discount_minor, returns_minor, sale_lines
      FROM store_day_totals
    """,
    f"""
    SELECT business_date, store_id, SUM(gross_minor), SUM(discount_minor), SUM(returns_minor),
           SUM(sold)
      FROM ({_LINES})
     GROUP BY 1, 2
    """,
)
_OF_A_STORES_RECEIPTS = (
    """
    SELECT business_date, store_id, receipts, return_receipts
      FROM store_day_totals
    """,
    """
    SELECT business_date, store_id, SUM(type = 'sale'), SUM(type = 'return')
      FROM sales
     WHERE voided_at_us IS NULL
     GROUP BY 1, 2
    """,
)
_OF_A_TILL = """
           store_id, till_id, COALESCE(cashier_id, ''),
           SUM(CASE WHEN type = 'sale' AND voided_at_us IS NULL THEN gross_minor ELSE 0 END),
           SUM(CASE WHEN type = 'sale' AND voided_at_us IS NULL THEN discount_minor ELSE 0 END),
           SUM(CASE WHEN type = 'sale' OR voided_at_us IS NOT NULL THEN 0 ELSE amount_minor END),
           SUM(type = 'sale' AND voided_at_us IS NULL),
           SUM(type = 'return' AND voided_at_us IS NULL), SUM(voided_at_us IS NOT NULL)
      FROM sales
     GROUP BY 1, 2, 3, 4
"""
_OF_A_TILLS_DAY = (
    """
    SELECT business_date, store_id, till_id, cashier_id, gross_minor, discount_minor,
           returns_minor, receipts, return_receipts, voids
      FROM till_day_totals
    """,
    f"SELECT business_date, {_OF_A_TILL}",
)
_OF_A_TILLS_MONTH = (
    """
    SELECT business_month, store_id, till_id, cashier_id, gross_minor, discount_minor,
           returns_minor, receipts, return_receipts, voids
      FROM till_month_totals
    """,
    f"""
    SELECT CAST(STRFTIME('%Y%m', business_date * 86400, 'unixepoch') AS INTEGER), {_OF_A_TILL}
    """,
)
_OF_A_PRODUCTS_DAY = (
    """
    SELECT business_date, product_id, quantity_milli, gross_minor, discount_minor, returns_minor,
           lines
      FROM product_day_totals
    """,
    f"""
    SELECT business_date, product_id, SUM(quantity_milli), SUM(gross_minor), SUM(discount_minor),
           SUM(returns_minor), COUNT(*)
      FROM ({_LINES})
     GROUP BY 1, 2
    """,
)
_OF_A_PRODUCTS_MONTH = (
    """
    SELECT business_month, product_id, quantity_milli, gross_minor, discount_minor, returns_minor,
           lines
      FROM product_month_totals
    """,
    f"""
    SELECT month, product_id, SUM(quantity_milli), SUM(gross_minor), SUM(discount_minor),
           SUM(returns_minor), COUNT(*)
      FROM ({_LINES})
     GROUP BY 1, 2
    """,
)
# What is kept, the same added up from the lines, and how many columns say what it is of.
_FIGURES = {
    "sales": (*_OF_A_SALE, 1),
    "store_day_totals": (*_OF_A_STORES_DAY, 2),
    "store_day_totals' receipts": (*_OF_A_STORES_RECEIPTS, 2),
    "till_day_totals": (*_OF_A_TILLS_DAY, 4),
    "till_month_totals": (*_OF_A_TILLS_MONTH, 4),
    "product_day_totals": (*_OF_A_PRODUCTS_DAY, 2),
    "product_month_totals": (*_OF_A_PRODUCTS_MONTH, 2),
}


def disagreements(connection: sqlite3.Connection) -> Iterator[str]:
    """Everything in a file that does not agree with the rest of it."""
    integrity = [row[0] for row in connection.execute("PRAGMA integrity_check")]
    if integrity != ["ok"]:
        yield f"integrity_check: {integrity[:3]}"
    if dangling := connection.execute("PRAGMA foreign_key_check").fetchall():
        yield f"{len(dangling)} rows refer to what is not there"
    for name, (kept, added_up, width) in _FIGURES.items():
        # What was taken away again by voids leaves a row of zeros.
        rows = {row for row in connection.execute(kept) if any(row[width:])}
        others = {row for row in connection.execute(added_up) if any(row[width:])}
        difference = rows ^ others
        if difference:
            yield f"{name} differ from what the lines add up to: {sorted(difference)[:2]}"
