"""The kept totals: what receipts add to them, and what a void takes away again.

They are added up by the engine from the rows of the receipts, whose ids are in a row for a group.
Each statement has ``:sign``, 1 to add and -1 to take away, so that a void is the same arithmetic.

All of them are run as one: each statement that the driver is given is a wait for the event loop,
and there are a dozen. So they are the body of a trigger that the writing connection makes for
itself when it opens (``PREPARATION``), and a group of receipts is one row for it.
"""

import re

from quart_app.database.steps import Statement
from quart_app.sales.product_totals_repository import PRODUCTS, SOLD_NOW

_PARTS = """
           :sign * SUM(CASE type WHEN 'sale' THEN gross_minor ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN discount_minor ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN 0 ELSE amount_minor END),
           :sign * SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN 0 ELSE 1 END)
"""
_ADD_PARTS = """
       SET gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           receipts = receipts + excluded.receipts,
           return_receipts = return_receipts + excluded.return_receipts
"""
_MORE_PARTS = """
           :sign * SUM(CASE type WHEN 'sale' THEN tax_minor ELSE -tax_minor END),
           :sign * SUM(CASE type WHEN 'sale' THEN line_count ELSE 0 END)
"""
_ADD_MORE = """
           tax_minor = tax_minor + excluded.tax_minor,
           sale_lines = sale_lines + excluded.sale_lines
"""
_COUNTED = """
     WHERE id BETWEEN :first_id AND :last_id
           AND voided_at_us IS NULL
"""


def _heads(table: str, day: str, thing: str, expression: str) -> str:
    """What adds receipts to the rows of a table by a day or month and one thing more."""
    return f"""
    INSERT INTO {table} (
           {day}, {thing}, gross_minor, discount_minor, returns_minor, receipts,
           return_receipts, tax_minor, sale_lines)
    SELECT {_DAYS[day]} AS {day},
           {expression} AS {thing},
           {_PARTS},
           {_MORE_PARTS}
      FROM sales
     {_COUNTED}
     GROUP BY 1,
              2
        ON CONFLICT ({day}, {thing})
        DO UPDATE
       {_ADD_PARTS},
       {_ADD_MORE}
"""


_DAYS = {
    "business_date": "business_date",
    "business_month": ("CAST(STRFTIME('%Y%m', business_date * 86400, 'unixepoch') AS INTEGER)"),
}
_STORE_DAYS = _heads("store_day_totals", "business_date", "store_id", "store_id")
_STORE_MONTHS = _heads("store_month_totals", "business_month", "store_id", "store_id")
# Hours are counted from 1970 by the shop's clock.
_HOURS = _heads(
    "hour_totals",
    "business_date",
    "local_hour",
    "(occurred_at_us + utc_offset_s * 1000000) / 3600000000",
)
# A till's day keeps its row when all its receipts are voided: the till was heard of.
_TILL_DAYS = """
    INSERT INTO till_day_totals (
           business_date, store_id, till_id, cashier_id, first_occurred_at_us, gross_minor,
           discount_minor, returns_minor, receipts, return_receipts, voids)
    SELECT business_date,
           store_id,
           till_id,
           COALESCE(cashier_id, '') AS cashier_id,
           MIN(occurred_at_us),
           :sign * SUM(CASE type WHEN 'sale' THEN gross_minor ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN discount_minor ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN 0 ELSE amount_minor END),
           :sign * SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN 0 ELSE 1 END),
           CASE WHEN :sign < 0 THEN COUNT(*) ELSE 0 END
      FROM sales
     WHERE id BETWEEN :first_id AND :last_id
           AND voided_at_us IS NULL
     GROUP BY business_date,
              store_id,
              till_id,
              COALESCE(cashier_id, '')
        ON CONFLICT (business_date, store_id, till_id, cashier_id)
        DO UPDATE
       SET first_occurred_at_us = MIN(first_occurred_at_us, excluded.first_occurred_at_us),
           gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           receipts = receipts + excluded.receipts,
           return_receipts = return_receipts + excluded.return_receipts,
           voids = voids + excluded.voids
"""
_TILL_MONTHS = f"""
    INSERT INTO till_month_totals (
           business_month, store_id, till_id, cashier_id, gross_minor, discount_minor,
           returns_minor, receipts, return_receipts, voids)
    SELECT {_DAYS["business_month"]} AS business_month,
           store_id,
           till_id,
           COALESCE(cashier_id, '') AS cashier_id,
           {_PARTS},
           CASE WHEN :sign < 0 THEN COUNT(*) ELSE 0 END
      FROM sales
     {_COUNTED}
     GROUP BY 1,
              2,
              3,
              4
        ON CONFLICT (business_month, store_id, till_id, cashier_id)
        DO UPDATE
       {_ADD_PARTS},
           voids = voids + excluded.voids
"""
_PROMO_DAYS = f"""
    INSERT INTO promo_day_totals (
           business_date, promo_code, gross_minor, discount_minor, returns_minor, receipts,
           return_receipts)
    SELECT business_date,
           promo_code,
           {_PARTS}
      FROM sales
     WHERE id BETWEEN :first_id AND :last_id
           AND voided_at_us IS NULL
           AND promo_code IS NOT NULL
     GROUP BY 1,
              2
        ON CONFLICT (business_date, promo_code)
        DO UPDATE
       {_ADD_PARTS}
"""
# A receipt paid twice by the same means is one receipt.
_TENDER_DAYS = """
    INSERT INTO tender_day_totals (
           business_date, tender, amount_minor, receipts, return_receipts)
    SELECT business_date,
           tender,
           :sign * SUM(CASE type WHEN 'sale' THEN amount_minor ELSE -amount_minor END),
           :sign * SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN 0 ELSE 1 END)
      FROM (SELECT sales.business_date,
                   sales.type,
                   sale_tenders.type AS tender,
                   SUM(sale_tenders.amount_minor) AS amount_minor
              FROM sales
                   INNER JOIN sale_tenders ON sale_tenders.sale_id = sales.id
             WHERE sales.id BETWEEN :first_id AND :last_id
                   AND sales.voided_at_us IS NULL
             GROUP BY sales.id,
                      sale_tenders.type) AS paid
     WHERE TRUE
     GROUP BY 1,
              2
        ON CONFLICT (business_date, tender)
        DO UPDATE
       SET amount_minor = amount_minor + excluded.amount_minor,
           receipts = receipts + excluded.receipts,
           return_receipts = return_receipts + excluded.return_receipts
"""
_ALL = (
    _STORE_DAYS,
    _STORE_MONTHS,
    _TILL_DAYS,
    _TILL_MONTHS,
    _HOURS,
    _TENDER_DAYS,
    _PROMO_DAYS,
    *PRODUCTS,
)
_BODY = re.sub(r":(sign|first_id|last_id)\b", r"NEW.\1", "".join(f"{one};" for one in _ALL))

PREPARATION = f"""
    {SOLD_NOW};

    CREATE TEMP VIEW receipts_to_count AS
    SELECT 0 AS first_id,
           0 AS last_id,
           0 AS sign;

    CREATE TEMP TRIGGER count_receipts
    INSTEAD OF INSERT ON receipts_to_count
    BEGIN
    {_BODY}
    END;
"""
"""What the writing connection is given once, before anything is counted."""

_COUNT = """
    INSERT INTO receipts_to_count (first_id, last_id, sign)
    VALUES (:first_id, :last_id, :sign)
"""


def adding(first_id: int, last_id: int) -> list[Statement]:
    """What adds the receipts of those ids to every total."""
    return [(_COUNT, {"first_id": first_id, "last_id": last_id, "sign": 1})]


def taking_away(sale_id: int) -> list[Statement]:
    """What takes one receipt out of every total; it is marked as voided after that."""
    return [(_COUNT, {"first_id": sale_id, "last_id": sale_id, "sign": -1})]
