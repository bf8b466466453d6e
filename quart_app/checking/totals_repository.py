"""Reads the kept totals beside what the receipts say."""

from quart_app.checking.models import Kept
from quart_app.database.steps import Row
from quart_app.database.transaction import Reading
from quart_app.values.calendar import Period

_NO_SUMS = ("unit", "first_occurred_at_us")


async def different(
    reading: Reading, kept: Kept, days: Period, dates: Period
) -> tuple[list[Row], list[Row]]:
    """The rows of a table that the receipts do not give, and those that they give instead.

    ``days`` are the receipts' business dates, ``dates`` the same as the table has them. A row of
    zeros is no row: what was voided, or has another category now, leaves one.
    """
    columns = (*kept.key, *kept.sums)
    names = ", ".join(columns)
    figures = [name for name in kept.sums if name not in _NO_SUMS]
    is_something = " OR ".join(f"COALESCE({name}, 0) <> 0" for name in figures) or "TRUE"
    table = f"""
        SELECT {names}
          FROM {kept.table}
         WHERE {kept.date} BETWEEN :first_date AND :last_date
               AND {kept.only}
               AND ({is_something})
    """
    recount = f"""
          WITH counted ({names}) AS ({kept.recount})
        SELECT {names}
          FROM counted
         WHERE {is_something}
    """
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
