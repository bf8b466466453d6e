"""The kept totals: what receipts add to them, and what a void takes away again.

They are added up by the engine from the rows of the receipts, whose ids are in a row for a group.
Each statement has ``:sign``, 1 to add and -1 to take away, so that a void is the same arithmetic.

All of them are run as one: each statement that the driver is given is a wait for the event loop,
and there are a dozen. So they are the body of a trigger that the writing connection makes for
itself when it opens (``PREPARATION``), and a group of receipts is one row for it.
"""

import re
from collections.abc import Sequence

from quart_app.database.steps import Statement
from quart_app.sales.product_totals_repository import PRODUCTS, SOLD_NOW

_MONTH = "CAST(STRFTIME('%Y%m', business_date * 86400, 'unixepoch') AS INTEGER)"
# Hours are counted from 1970 by the shop's clock.
_HOUR = "(occurred_at_us + utc_offset_s * 1000000) / 3600000000"
# What receipts of one type add to each sum.
_SIGNED = {
    "gross_minor": "CASE type WHEN 'sale' THEN gross_minor ELSE 0 END",
    "discount_minor": "CASE type WHEN 'sale' THEN discount_minor ELSE 0 END",
    "returns_minor": "CASE type WHEN 'sale' THEN 0 ELSE gross_minor - discount_minor END",
    "receipts": "CASE type WHEN 'sale' THEN receipts ELSE 0 END",
    "return_receipts": "CASE type WHEN 'sale' THEN 0 ELSE receipts END",
    "tax_minor": "CASE type WHEN 'sale' THEN tax_minor ELSE -tax_minor END",
    "sale_lines": "CASE type WHEN 'sale' THEN sale_lines ELSE 0 END",
}
_SUMS = list(_SIGNED)
_SUMS_OF_TILLS = [*_SUMS[:5], "voids"]

TAKEN_NOW = f"""
    CREATE TEMP TABLE taken_now (
        business_date        INTEGER NOT NULL,
        business_month       INTEGER NOT NULL,
        store_id             INTEGER NOT NULL,
        till_id              TEXT    NOT NULL,
        cashier_id           TEXT    NOT NULL,
        local_hour           INTEGER NOT NULL,
        first_occurred_at_us INTEGER NOT NULL,
        voids                INTEGER NOT NULL,
        {" INTEGER NOT NULL, ".join(_SUMS)} INTEGER NOT NULL
    )
"""
"""What the receipts being counted come to an hour at each till, so that they are read once."""

_NONE_TAKEN = """
    DELETE FROM taken_now
"""
# Sales and returns apart, so that each receipt is added to few sums; what differs most is sorted by
# first.
_TAKEN = f"""
    INSERT INTO taken_now (
           business_date, business_month, store_id, till_id, cashier_id, local_hour,
           first_occurred_at_us, voids, {", ".join(_SUMS)})
    SELECT business_date,
           {_MONTH},
           store_id,
           till_id,
           cashier_id,
           local_hour,
           first_occurred_at_us,
           CASE WHEN :sign < 0 THEN receipts ELSE 0 END,
           {", ".join(f":sign * {sum_}" for sum_ in _SIGNED.values())}
      FROM (SELECT business_date,
                   store_id,
                   till_id,
                   COALESCE(cashier_id, '') AS cashier_id,
                   {_HOUR} AS local_hour,
                   type,
                   MIN(occurred_at_us) AS first_occurred_at_us,
                   COUNT(*) AS receipts,
                   SUM(gross_minor) AS gross_minor,
                   SUM(discount_minor) AS discount_minor,
                   SUM(tax_minor) AS tax_minor,
                   SUM(line_count) AS sale_lines
              FROM sales
             WHERE id BETWEEN :first_id AND :last_id
                   AND voided_at_us IS NULL
             GROUP BY local_hour,
                      store_id,
                      till_id,
                      COALESCE(cashier_id, ''),
                      business_date,
                      type) AS taken
"""


def _adding_taken(table: str, keys: str, sums: Sequence[str]) -> str:
    """What adds them to the rows of a table by some of what they are told apart by."""
    return f"""
    INSERT INTO {table} ({keys}, {", ".join(sums)})
    SELECT {keys}, {", ".join(f"SUM({sum_})" for sum_ in sums)}
      FROM taken_now
     GROUP BY {keys}
        ON CONFLICT ({keys})
        DO UPDATE
       SET {", ".join(f"{sum_} = {sum_} + excluded.{sum_}" for sum_ in sums)}
"""


_STORE_DAYS = _adding_taken("store_day_totals", "business_date, store_id", _SUMS)
_STORE_MONTHS = _adding_taken("store_month_totals", "business_month, store_id", _SUMS)
_HOURS = _adding_taken("hour_totals", "business_date, local_hour", _SUMS)
# A till's day and month keep their rows when all receipts are voided: the till was heard of.
_TILL_MONTHS = _adding_taken(
    "till_month_totals", "business_month, store_id, till_id, cashier_id", _SUMS_OF_TILLS
)
_TILL_DAYS = f"""
    INSERT INTO till_day_totals (
           business_date, store_id, till_id, cashier_id, first_occurred_at_us,
           {", ".join(_SUMS_OF_TILLS)})
    SELECT business_date, store_id, till_id, cashier_id, MIN(first_occurred_at_us),
           {", ".join(f"SUM({sum_})" for sum_ in _SUMS_OF_TILLS)}
      FROM taken_now
     GROUP BY business_date, store_id, till_id, cashier_id
        ON CONFLICT (business_date, store_id, till_id, cashier_id)
        DO UPDATE
       SET first_occurred_at_us = MIN(first_occurred_at_us, excluded.first_occurred_at_us),
           {", ".join(f"{sum_} = {sum_} + excluded.{sum_}" for sum_ in _SUMS_OF_TILLS)}
"""
_PROMO_DAYS = f"""
    INSERT INTO promo_day_totals (business_date, promo_code, {", ".join(_SUMS[:5])})
    SELECT business_date,
           promo_code,
           {", ".join(f":sign * SUM({_SIGNED[sum_]})" for sum_ in _SUMS[:5])}
      FROM (SELECT business_date,
                   promo_code,
                   type,
                   1 AS receipts,
                   gross_minor,
                   discount_minor
              FROM sales
             WHERE id BETWEEN :first_id AND :last_id
                   AND voided_at_us IS NULL
                   AND promo_code IS NOT NULL) AS taken
     WHERE TRUE
     GROUP BY business_date,
              promo_code
        ON CONFLICT (business_date, promo_code)
        DO UPDATE
       SET {", ".join(f"{sum_} = {sum_} + excluded.{sum_}" for sum_ in _SUMS[:5])}
"""
# A receipt paid twice by the same means is one receipt: that of the first of them.
_TENDER_DAYS = """
    INSERT INTO tender_day_totals (
           business_date, tender, amount_minor, receipts, return_receipts)
    SELECT business_date,
           tender,
           :sign * SUM(CASE type WHEN 'sale' THEN amount_minor ELSE -amount_minor END),
           :sign * SUM(CASE type WHEN 'sale' THEN receipts ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN 0 ELSE receipts END)
      FROM (SELECT sales.business_date,
                   sales.type,
                   sale_tenders.type AS tender,
                   SUM(sale_tenders.amount_minor) AS amount_minor,
                   SUM(CASE
                       WHEN sale_tenders.tender_no = 1 THEN 1
                       ELSE NOT EXISTS (
                           SELECT 1
                             FROM sale_tenders AS before
                            WHERE before.sale_id = sale_tenders.sale_id
                                  AND before.tender_no < sale_tenders.tender_no
                                  AND before.type = sale_tenders.type)
                       END) AS receipts
              FROM sales
                   INNER JOIN sale_tenders ON sale_tenders.sale_id = sales.id
             WHERE sales.id BETWEEN :first_id AND :last_id
                   AND sales.voided_at_us IS NULL
             GROUP BY sales.business_date,
                      sale_tenders.type,
                      sales.type) AS paid
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
    _NONE_TAKEN,
    _TAKEN,
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
    {TAKEN_NOW};
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
