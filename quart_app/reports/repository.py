"""Runs the reports' SQL files."""

import json
from functools import cache
from importlib import resources

from quart_app.database.transaction import Reading, Row
from quart_app.values.calendar import Period, cover

Values = dict[str, object]


@cache
def statement(name: str) -> str:
    """The SQL of a file in ``reports/sql``."""
    return (resources.files("quart_app.reports") / "sql" / f"{name}.sql").read_text("utf-8")


async def top_stores(
    reading: Reading, period: Period, store_ids: tuple[int, ...], limit: int
) -> list[Row]:
    """Id, address, revenue and receipts of the stores that earned most, then both totals."""
    values: Values = {
        **period._asdict(),
        "store_ids": json.dumps(store_ids) if store_ids else None,
        "limit": limit,
    }
    return await reading.rows(statement("top-stores"), values)


async def top_products(
    reading: Reading,
    period: Period,
    store_ids: tuple[int, ...],
    limit: int,
    *,
    by: str,
    unit: str | None,
) -> list[Row]:
    """Id, name, quantity, unit and revenue of the products sold most, then both totals."""
    values: Values = {"by": by, "unit": unit, "limit": limit}
    if store_ids:
        values |= {**period._asdict(), "store_ids": json.dumps(store_ids)}
        return await reading.rows(statement("top-products-of-stores"), values)
    return await reading.rows(statement("top-products"), values | cover_values(period))


def cover_values(period: Period) -> Values:
    """The parameters of a statement that reads whole months and the days at their ends."""
    covered = cover(period)
    return {
        "first_month": covered.first_month,
        "last_month": covered.last_month,
        "head_first": covered.head.first,
        "head_last": covered.head.last,
        "head_sign": covered.head_sign,
        "tail_first": covered.tail.first,
        "tail_last": covered.tail.last,
        "tail_sign": covered.tail_sign,
    }
