"""The tables of kept totals, written with the receipts that they count."""

import asyncio

from quart_app.database.transaction import Writing
from quart_app.sales.totals import Totals


async def add(writing: Writing, totals: Totals) -> None:
    """Add a group's sums to the totals that are there."""
    await asyncio.gather(
        _add_store_days(writing, totals),
        _add_product_days(writing, totals),
        _add_product_months(writing, totals),
    )


async def _add_store_days(writing: Writing, totals: Totals) -> None:
    await writing.insert(
        """
        INSERT INTO store_day_totals (
               business_date, store_id, gross_minor, discount_minor, returns_minor, tax_minor,
               receipts, return_receipts, sale_lines)
        VALUES :rows
            ON CONFLICT (business_date, store_id)
            DO UPDATE
           SET gross_minor = gross_minor + excluded.gross_minor,
               discount_minor = discount_minor + excluded.discount_minor,
               returns_minor = returns_minor + excluded.returns_minor,
               tax_minor = tax_minor + excluded.tax_minor,
               receipts = receipts + excluded.receipts,
               return_receipts = return_receipts + excluded.return_receipts,
               sale_lines = sale_lines + excluded.sale_lines
        """,
        totals.store_days(),
    )


async def _add_product_days(writing: Writing, totals: Totals) -> None:
    await writing.insert(
        """
        INSERT INTO product_day_totals (
               business_date, product_id, quantity_milli, gross_minor, discount_minor,
               returns_minor, lines)
        VALUES :rows
            ON CONFLICT (business_date, product_id)
            DO UPDATE
           SET quantity_milli = quantity_milli + excluded.quantity_milli,
               gross_minor = gross_minor + excluded.gross_minor,
               discount_minor = discount_minor + excluded.discount_minor,
               returns_minor = returns_minor + excluded.returns_minor,
               lines = lines + excluded.lines
        """,
        totals.product_days(),
    )


async def _add_product_months(writing: Writing, totals: Totals) -> None:
    await writing.insert(
        """
        INSERT INTO product_month_totals (
               business_month, product_id, quantity_milli, gross_minor, discount_minor,
               returns_minor, lines)
        VALUES :rows
            ON CONFLICT (business_month, product_id)
            DO UPDATE
           SET quantity_milli = quantity_milli + excluded.quantity_milli,
               gross_minor = gross_minor + excluded.gross_minor,
               discount_minor = discount_minor + excluded.discount_minor,
               returns_minor = returns_minor + excluded.returns_minor,
               lines = lines + excluded.lines
        """,
        totals.product_months(),
    )
