"""A database of the service as plain tables for others: what they are made of and filled with.

In the others' favour a line and a tender carry their receipt's day, store and so on, so that no
report joins receipts, and voided receipts are left out.
"""

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

_OF_RECEIPT = """
       business_date,
       (business_date + 3) % 7 + 1,
       (occurred_at_us + utc_offset_s * 1000000) / 3600000000 % 24,
       store_id, till_id, COALESCE(cashier_id, '-'), promo_code, sales.type = 'return'
"""
_OF_RECEIPT_COLUMNS = """
    business_date INTEGER, weekday INTEGER, hour INTEGER, store_id BIGINT, till_id VARCHAR,
    cashier_id VARCHAR, promo_code VARCHAR, is_return BOOLEAN
"""
_MONEY_COLUMNS = "gross_minor BIGINT, discount_minor BIGINT, amount_minor BIGINT, tax_minor BIGINT"

TABLES = {
    "products": (
        "id BIGINT PRIMARY KEY, name VARCHAR, unit VARCHAR, category VARCHAR",
        "SELECT id, name, unit, category FROM products ORDER BY id",
    ),
    "sales": (
        f"sale_id BIGINT PRIMARY KEY, {_OF_RECEIPT_COLUMNS}, {_MONEY_COLUMNS}",
        f"""
        SELECT id, {_OF_RECEIPT}, gross_minor, discount_minor, amount_minor, tax_minor
          FROM sales
         WHERE voided_at_us IS NULL
         ORDER BY id
        """,
    ),
    "sale_lines": (
        f"""
        sale_id BIGINT, line_no INTEGER, {_OF_RECEIPT_COLUMNS}, product_id BIGINT,
        quantity_milli BIGINT, {_MONEY_COLUMNS}
        """,
        f"""
        SELECT sale_id, line_no, {_OF_RECEIPT}, product_id, quantity_milli, sale_lines.gross_minor,
               sale_lines.discount_minor, sale_lines.amount_minor, sale_lines.tax_minor
          FROM sales
          JOIN sale_lines
            ON sale_lines.sale_id = sales.id
         WHERE voided_at_us IS NULL
         ORDER BY sale_id, line_no
        """,
    ),
    "sale_tenders": (
        """
        sale_id BIGINT, business_date INTEGER, is_return BOOLEAN, type VARCHAR, amount_minor BIGINT
        """,
        """
        SELECT sale_id, business_date, sales.type = 'return', sale_tenders.type,
               sale_tenders.amount_minor
          FROM sales
          JOIN sale_tenders
            ON sale_tenders.sale_id = sales.id
         WHERE voided_at_us IS NULL
         ORDER BY sale_id
        """,
    ),
}


def as_csv(database: Path, folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Each table's name, its columns and its rows in a file that is gone after its turn."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source:
        for name, (columns, select) in TABLES.items():
            rows = folder / f"{name}.csv"
            with rows.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(source.execute(select))
            yield name, columns, rows
            rows.unlink()
