"""Reads the kept totals and works them out again, on a way of its own, from the lines."""

from quart_app.checking.models import Kept
from quart_app.database.transaction import Reading, Row
from quart_app.values.calendar import Period

_IS_SALE = "sales.voided_at_us IS NULL AND sales.type = 'sale'"
_IS_RETURN = "sales.voided_at_us IS NULL AND sales.type = 'return'"
_SIGN = f"CASE WHEN {_IS_SALE} THEN 1 WHEN {_IS_RETURN} THEN -1 ELSE 0 END"
_SUMS = f"""
       SUM(CASE WHEN {_IS_SALE} THEN line.gross_minor ELSE 0 END),
       SUM(CASE WHEN {_IS_SALE} THEN line.discount_minor ELSE 0 END),
       SUM(CASE WHEN {_IS_RETURN} THEN line.amount_minor ELSE 0 END)
"""
_RECEIPTS = f"""
       COUNT(DISTINCT CASE WHEN {_IS_SALE} THEN sales.id END),
       COUNT(DISTINCT CASE WHEN {_IS_RETURN} THEN sales.id END)
"""
_FROM_LINES = """
  FROM sales
       INNER JOIN sale_lines AS line ON line.sale_id = sales.id
 WHERE sales.business_date BETWEEN :first AND :last
"""
_PRODUCT_SUMS = ("quantity_milli", "gross_minor", "discount_minor", "returns_minor", "lines")
_OF_PRODUCT = f"""
       line.product_id,
       SUM(line.quantity_milli * ({_SIGN})),
       {_SUMS},
       SUM(ABS({_SIGN}))
{_FROM_LINES}
 GROUP BY 1, 2
"""

DAYS = (
    Kept(
        "store_day_totals",
        "business_date",
        ("business_date", "store_id"),
        (
            "gross_minor",
            "discount_minor",
            "returns_minor",
            "tax_minor",
            "receipts",
            "return_receipts",
            "sale_lines",
        ),
        f"""
        SELECT sales.business_date,
               sales.store_id,
               {_SUMS},
               SUM(line.tax_minor * ({_SIGN})),
               {_RECEIPTS},
               SUM(CASE WHEN {_IS_SALE} THEN 1 ELSE 0 END)
        {_FROM_LINES}
         GROUP BY 1, 2
        """,
    ),
    Kept(
        "till_day_totals",
        "business_date",
        ("business_date", "store_id", "till_id", "cashier_id"),
        (
            "first_occurred_at_us",
            "gross_minor",
            "discount_minor",
            "returns_minor",
            "receipts",
            "return_receipts",
            "voids",
        ),
        f"""
        SELECT sales.business_date,
               sales.store_id,
               sales.till_id,
               COALESCE(sales.cashier_id, ''),
               MIN(sales.occurred_at_us),
               {_SUMS},
               {_RECEIPTS},
               COUNT(DISTINCT CASE WHEN sales.voided_at_us IS NOT NULL THEN sales.id END)
        {_FROM_LINES}
         GROUP BY 1, 2, 3, 4
        """,
    ),
    Kept(
        "till_days",
        "business_date",
        ("business_date", "store_id", "till_id"),
        (),
        """
        SELECT business_date,
               store_id,
               till_id
          FROM sales
         WHERE business_date BETWEEN :first AND :last
         UNION
        SELECT business_date,
               store_id,
               till_id
          FROM held_sales
         WHERE business_date BETWEEN :first AND :last
        """,
        only="heard = 1",
    ),
    Kept(
        "product_day_totals",
        "business_date",
        ("business_date", "product_id"),
        _PRODUCT_SUMS,
        f"""
        SELECT sales.business_date,
        {_OF_PRODUCT}
        """,
    ),
)
"""The tables of days."""

MONTHS = (
    Kept(
        "product_month_totals",
        "business_month",
        ("business_month", "product_id"),
        _PRODUCT_SUMS,
        f"""
        SELECT CAST(STRFTIME('%Y%m', sales.business_date * 86400, 'unixepoch') AS INTEGER),
        {_OF_PRODUCT}
        """,
    ),
)
"""The tables of months."""


async def different(
    reading: Reading, kept: Kept, days: Period, dates: Period
) -> tuple[list[Row], list[Row]]:
    """The rows of a table that the receipts do not give, and those that they give instead.

    ``days`` are the receipts' business dates, ``dates`` the same as the table has them.
    """
    columns = ", ".join((*kept.key, *kept.sums))
    names = ", ".join(f"c{i}" for i in range(len(kept.key) + len(kept.sums)))
    table = f"""
        SELECT {columns}
          FROM {kept.table}
         WHERE {kept.date} BETWEEN :first_date AND :last_date
               AND {kept.only}
    """
    recount = f"WITH counted ({names}) AS ({kept.recount}) SELECT {names} FROM counted"
    values = {**days._asdict(), "first_date": dates.first, "last_date": dates.last}
    wrong = await reading.rows(f"{table} EXCEPT SELECT {names} FROM ({recount})", values)
    right = await reading.rows(f"{recount} EXCEPT {table}", values)
    return wrong, right


async def wrong_receipts(reading: Reading, days: Period) -> list[Row]:
    """Receipts whose sums are not those of their lines: the id, then each sum kept and counted."""
    return await reading.rows(
        """
        SELECT sales.receipt_id,
               sales.gross_minor,
               COALESCE(SUM(line.gross_minor), 0),
               sales.discount_minor,
               COALESCE(SUM(line.discount_minor), 0),
               sales.amount_minor,
               COALESCE(SUM(line.amount_minor), 0),
               sales.tax_minor,
               COALESCE(SUM(line.tax_minor), 0),
               sales.line_count,
               COUNT(line.sale_id)
          FROM sales
               LEFT JOIN sale_lines AS line ON line.sale_id = sales.id
         WHERE sales.business_date BETWEEN :first AND :last
         GROUP BY +sales.id
        HAVING sales.gross_minor <> COALESCE(SUM(line.gross_minor), 0)
               OR sales.discount_minor <> COALESCE(SUM(line.discount_minor), 0)
               OR sales.amount_minor <> COALESCE(SUM(line.amount_minor), 0)
               OR sales.tax_minor <> COALESCE(SUM(line.tax_minor), 0)
               OR sales.line_count <> COUNT(line.sale_id)
        """,
        days._asdict(),
    )


async def extent(reading: Reading) -> Period:
    """The business dates that anything is kept of."""
    row = await reading.row(
        """
        SELECT MIN(first),
               MAX(last)
          FROM (SELECT (SELECT MIN(business_date) FROM sales) AS first,
                       (SELECT MAX(business_date) FROM sales) AS last
              UNION ALL
                SELECT (SELECT MIN(business_date) FROM store_day_totals),
                       (SELECT MAX(business_date) FROM store_day_totals)
              UNION ALL
                SELECT (SELECT MIN(business_date) FROM till_day_totals),
                       (SELECT MAX(business_date) FROM till_day_totals)
              UNION ALL
                SELECT (SELECT MIN(business_date) FROM product_day_totals),
                       (SELECT MAX(business_date) FROM product_day_totals)
              UNION ALL
                SELECT (SELECT MIN(business_date) FROM till_days WHERE heard = 1),
                       (SELECT MAX(business_date) FROM till_days WHERE heard = 1)) AS days
        """
    )
    assert row is not None
    return Period(0, -1) if row[0] is None else Period(*row)


async def counts(reading: Reading, days: Period) -> tuple[int, int]:
    """How many receipts there are of some days, and how many lines they have."""
    row = await reading.row(
        """
        SELECT COUNT(*),
               COALESCE(SUM(line_count), 0)
          FROM sales
         WHERE business_date BETWEEN :first AND :last
        """,
        days._asdict(),
    )
    assert row is not None
    return row[0], row[1]


async def broken_pages(reading: Reading) -> list[str]:
    """What the engine finds wrong with the file itself."""
    rows = await reading.rows("PRAGMA integrity_check")
    found = [row[0] for row in rows if row[0] != "ok"]
    loose = await reading.rows("PRAGMA foreign_key_check")
    return found + [
        f"{row[0]}, row {row[1]}: it names a {row[2]} that is not there" for row in loose
    ]
