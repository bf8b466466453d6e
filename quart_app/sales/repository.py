"""The tables of receipts: sales, their lines and their tenders."""

import json
from collections import defaultdict
from collections.abc import Sequence

from quart_app.database.steps import Row, Statement
from quart_app.database.transaction import Reading
from quart_app.sales.models import Line, Sale, SalesListing, Tender


async def store_and_void(reading: Reading, sale_id: int) -> tuple[int, bool]:
    """The store of a sale that is kept, and whether the sale is voided."""
    row = await reading.row(
        "SELECT store_id, voided_at_us IS NOT NULL FROM sales WHERE id = :id", {"id": sale_id}
    )
    assert row is not None
    return row[0], bool(row[1])


def marking_void(sale_id: int, at_us: int, reason: str | None) -> Statement:
    """What marks a sale as voided; its totals are taken away before."""
    return (
        """
        UPDATE sales
           SET voided_at_us = :voided_at_us,
               void_reason = :void_reason
         WHERE id = :id
        """,
        {"id": sale_id, "voided_at_us": int(at_us), "void_reason": reason},
    )


async def find(reading: Reading, receipt_id: str) -> Sale | None:
    """The sale of that receipt, if it is kept."""
    found = await _select(reading, "WHERE receipt_id = :receipt_id", {"receipt_id": receipt_id})
    return found[0] if found else None


async def select(reading: Reading, listing: SalesListing, store_ids: Sequence[int]) -> list[Sale]:
    """A page of receipts of some stores, or of all, those that happened last first."""
    by_store = ""
    if len(store_ids) == 1:
        by_store = "AND store_id = :store_id"
    elif store_ids:
        # The plus keeps it from being read by store, which would have to be sorted.
        by_store = "AND +store_id IN (SELECT value FROM JSON_EACH(:store_ids))"
    after = (
        ""
        if listing.after is None
        else """
           AND (business_date, occurred_at_us, id) < (
               SELECT business_date,
                      occurred_at_us,
                      id
                 FROM sales
                WHERE receipt_id = :after)
        """
    )
    return await _select(
        reading,
        f"""
         WHERE business_date BETWEEN :first AND :last
               {by_store}
               AND (:till_id IS NULL OR till_id = :till_id)
               {after}
         ORDER BY business_date DESC,
                  occurred_at_us DESC,
                  id DESC
         LIMIT :limit
        """,
        {
            "store_id": store_ids[0] if store_ids else None,
            "store_ids": json.dumps(list(store_ids)),
            "till_id": listing.till_id,
            "first": -(2**31) if listing.first is None else listing.first,
            "last": 2**31 if listing.last is None else listing.last,
            "after": listing.after,
            "limit": listing.limit,
        },
    )


async def _select(reading: Reading, which: str, values: dict[str, object]) -> list[Sale]:
    rows = await reading.rows(
        f"""
        SELECT id,
               receipt_id,
               type,
               store_id,
               till_id,
               series,
               sequence_number,
               business_date,
               occurred_at_us,
               utc_offset_s,
               received_at_us,
               cashier_id,
               promo_code,
               original_receipt_id,
               reason,
               gross_minor,
               discount_minor,
               amount_minor,
               tax_minor,
               voided_at_us,
               void_reason
          FROM sales
        {which}
        """,
        values,
    )
    ids = [row[0] for row in rows]
    lines, tenders = await _lines(reading, ids), await _tenders(reading, ids)
    return [_sale(row, lines[row[0]], tenders[row[0]]) for row in rows]


async def _lines(reading: Reading, sale_ids: list[int]) -> dict[int, list[Line]]:
    rows = await reading.rows(
        """
        SELECT sale_lines.sale_id,
               sale_lines.line_no,
               sale_lines.product_id,
               products.unit,
               sale_lines.quantity_milli,
               sale_lines.unit_price_minor,
               sale_lines.gross_minor,
               sale_lines.discount_minor,
               sale_lines.amount_minor,
               sale_lines.tax_minor
          FROM sale_lines
               INNER JOIN products ON products.id = sale_lines.product_id
         WHERE sale_lines.sale_id IN (SELECT value FROM JSON_EACH(:sale_ids))
         ORDER BY sale_lines.sale_id,
                  sale_lines.line_no
        """,
        {"sale_ids": json.dumps(sale_ids)},
    )
    lines: dict[int, list[Line]] = defaultdict(list)
    for row in rows:
        lines[row[0]].append(
            Line(
                line_no=row[1],
                product_id=row[2],
                unit=row[3],
                quantity_milli=row[4],
                unit_price_minor=row[5],
                gross_minor=row[6],
                discount_minor=row[7],
                amount_minor=row[8],
                tax_minor=row[9],
            )
        )
    return lines


async def _tenders(reading: Reading, sale_ids: list[int]) -> dict[int, list[Tender]]:
    rows = await reading.rows(
        """
        SELECT sale_id,
               type,
               amount_minor
          FROM sale_tenders
         WHERE sale_id IN (SELECT value FROM JSON_EACH(:sale_ids))
         ORDER BY sale_id,
                  tender_no
        """,
        {"sale_ids": json.dumps(sale_ids)},
    )
    tenders: dict[int, list[Tender]] = defaultdict(list)
    for row in rows:
        tenders[row[0]].append(Tender(row[1], row[2]))
    return tenders


def _sale(row: Row, lines: list[Line], tenders: list[Tender]) -> Sale:
    return Sale(
        receipt_id=row[1],
        type=row[2],
        store_id=row[3],
        till_id=row[4],
        series=row[5],
        sequence_number=row[6],
        business_date=row[7],
        occurred_at_us=row[8],
        utc_offset_s=row[9],
        received_at_us=row[10],
        cashier_id=row[11],
        promo_code=row[12],
        original_receipt_id=row[13],
        reason=row[14],
        gross_minor=row[15],
        discount_minor=row[16],
        amount_minor=row[17],
        tax_minor=row[18],
        lines=tuple(lines),
        tenders=tuple(tenders),
        voided_at_us=row[19],
        void_reason=row[20],
    )
