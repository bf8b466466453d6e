"""Reads the receipts behind a figure, and what each adds to it."""

from functools import cache
from typing import Literal, NamedTuple

from quart_app.database.transaction import Reading
from quart_app.reports.sources_repository import text_of


class Part(NamedTuple):
    """What a receipt adds to a figure; in the totals of all, what they add up to."""

    gross_minor: int
    discount_minor: int
    returns_minor: int
    receipts: int
    return_receipts: int
    quantity_milli: int | None
    amount_minor: int | None


class Explained(NamedTuple):
    """A receipt behind a figure."""

    receipt_id: str
    type: Literal["sale", "return"]
    store_id: int
    till_id: str
    business_date: int
    occurred_at_us: int
    utc_offset_s: int
    part: Part


_WHOLE_RECEIPTS = "explain-receipts"


@cache
def statement(source: str) -> str:
    """The receipts of a page in the order of their days, and the totals of all there are."""
    is_whole = source == _WHOLE_RECEIPTS
    told = "parts" if is_whole else "chosen"
    read = "parts" if is_whole else "chosen INNER JOIN parts ON parts.id = chosen.id"
    return f"""
        WITH chosen AS (
        {text_of("explain-chosen")}
        ),
        parts AS (
        {text_of(source)}
        ),
        explained AS (
               SELECT {told}.receipt_id,
                      {told}.type,
                      {told}.store_id,
                      {told}.till_id,
                      {told}.business_date,
                      {told}.occurred_at_us,
                      {told}.utc_offset_s,
                      {told}.id,
                      parts.gross_minor,
                      parts.discount_minor,
                      parts.returns_minor,
                      CASE {told}.type WHEN 'sale' THEN 1 ELSE 0 END AS receipts,
                      CASE {told}.type WHEN 'sale' THEN 0 ELSE 1 END AS return_receipts,
                      parts.quantity_milli,
                      parts.amount_minor
                 FROM {read}
        ),
        total AS (
               SELECT COALESCE(SUM(gross_minor), 0) AS total_gross_minor,
                      COALESCE(SUM(discount_minor), 0) AS total_discount_minor,
                      COALESCE(SUM(returns_minor), 0) AS total_returns_minor,
                      COALESCE(SUM(receipts), 0) AS total_receipts,
                      COALESCE(SUM(return_receipts), 0) AS total_return_receipts,
                      SUM(quantity_milli) AS total_quantity_milli,
                      SUM(amount_minor) AS total_amount_minor
                 FROM explained
        ),
        page AS (
               SELECT receipt_id,
                      type,
                      store_id,
                      till_id,
                      business_date,
                      occurred_at_us,
                      utc_offset_s,
                      id,
                      gross_minor,
                      discount_minor,
                      returns_minor,
                      receipts,
                      return_receipts,
                      quantity_milli,
                      amount_minor
                 FROM explained
                WHERE :after IS NULL
                      OR (business_date, id) > (
                          SELECT business_date,
                                 id
                            FROM sales
                           WHERE receipt_id = :after)
                ORDER BY business_date,
                         id
                LIMIT :limit
        )
        SELECT total.total_gross_minor,
               total.total_discount_minor,
               total.total_returns_minor,
               total.total_receipts,
               total.total_return_receipts,
               total.total_quantity_milli,
               total.total_amount_minor,
               page.receipt_id,
               page.type,
               page.store_id,
               page.till_id,
               page.business_date,
               page.occurred_at_us,
               page.utc_offset_s,
               page.gross_minor,
               page.discount_minor,
               page.returns_minor,
               page.receipts,
               page.return_receipts,
               page.quantity_milli,
               page.amount_minor
          FROM total
               LEFT JOIN page ON TRUE
         ORDER BY page.business_date,
                  page.id
    """


async def explained(
    reading: Reading, source: str, values: dict[str, object]
) -> tuple[list[Explained], Part]:
    """A page of receipts, and what all of them add up to."""
    rows = await reading.rows(statement(source), values)
    width = len(Part._fields)
    found = [
        Explained._make((*row[width:-width], Part._make(row[-width:])))
        for row in rows
        if row[width] is not None
    ]
    return found, Part(*rows[0][:width])
