"""The reports worked out another way: by DuckDB from the lines, with Python's decimals."""

import csv
import functools
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb

EPOCH = date(1970, 1, 1)
NULL = "(null)"
_LINES = """
SELECT sales.id, sales.type, sales.store_id, sales.till_id, COALESCE(sales.cashier_id, ''),
       sales.promo_code, sales.business_date, sales.occurred_at_us, sales.utc_offset_s,
       sales.received_at_us, sales.voided_at_us, sale_lines.product_id,
       sale_lines.quantity_milli, sale_lines.gross_minor, sale_lines.discount_minor,
       sale_lines.amount_minor, sale_lines.tax_minor
  FROM sales JOIN sale_lines ON sale_lines.sale_id = sales.id
"""
_TENDERS = "SELECT sale_id, type, amount_minor FROM sale_tenders"
_PRODUCTS = "SELECT id, name, COALESCE(category, ''), unit, archived FROM products"
_SUMS = """
    COALESCE(SUM(gross) FILTER (type = 'sale'), 0) AS gross,
    COALESCE(SUM(discount) FILTER (type = 'sale'), 0) AS discounts,
    COALESCE(SUM(amount) FILTER (type = 'return'), 0) AS returns,
    COALESCE(SUM(CASE type WHEN 'sale' THEN tax ELSE -tax END), 0) AS tax,
    COUNT(DISTINCT sale_id) FILTER (type = 'sale') AS receipts,
    COUNT(DISTINCT sale_id) FILTER (type = 'return') AS return_receipts,
    COUNT(*) FILTER (type = 'sale') AS items,
    COALESCE(SUM(CASE type WHEN 'sale' THEN quantity ELSE -quantity END), 0) AS quantity
"""
Row = dict[str, Any]


class Independent:
    """A copy of a database in DuckDB; every question is asked of its lines."""

    def __init__(self, database: Path, folder: Path) -> None:
        self.duckdb = duckdb.connect()
        with closing(sqlite3.connect(database)) as source:
            self._copy(folder, source, _LINES, "lines", "sale_id BIGINT, type VARCHAR, "
                "store_id BIGINT, till_id VARCHAR, cashier_id VARCHAR, promo_code VARCHAR, "
                "day INTEGER, at_us BIGINT, offset_s BIGINT, received_us BIGINT, "
                "voided_us BIGINT, product_id BIGINT, quantity BIGINT, gross BIGINT, "
                "discount BIGINT, amount BIGINT, tax BIGINT")  # fmt: skip
            self._copy(folder, source, _TENDERS, "tenders",
                "sale_id BIGINT, tender VARCHAR, amount BIGINT")  # fmt: skip
            self._copy(folder, source, _PRODUCTS, "products", "id BIGINT, name VARCHAR, "
                "category VARCHAR, unit VARCHAR, archived INTEGER")  # fmt: skip
            self.duckdb.execute(
                "CREATE TABLE facts AS SELECT lines.*, name, category, unit, "
                "(at_us + offset_s * 1000000) // 3600000000 AS local_hour "
                "FROM lines JOIN products ON products.id = product_id"
            )
            self.addresses = dict(source.execute("SELECT id, address FROM stores"))

    def _copy(
        self, folder: Path, source: sqlite3.Connection, sql: str, name: str, columns: str
    ) -> None:
        path = folder / f"{name}.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(
                [NULL if cell is None else cell for cell in row] for row in source.execute(sql)
            )
        self.duckdb.execute(f"CREATE TABLE {name} ({columns})")
        self.duckdb.execute(
            f"COPY {name} FROM '{path}' (FORMAT csv, HEADER false, NULLSTR '{NULL}')"
        )

    def rows(self, sql: str, *values: object) -> list[Row]:
        found = self.duckdb.execute(sql, list(values))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def sums(self, by: str, first: int, last: int, stores: list[int]) -> list[Row]:
        """The sums of the lines of some days and shops, grouped; not those of voided receipts."""
        return self._sums(by, first, last, tuple(stores))

    @functools.lru_cache(maxsize=8)  # noqa: B019 - reports of one range ask for the same
    def _sums(self, by: str, first: int, last: int, stores: tuple[int, ...]) -> list[Row]:
        some = f" AND store_id IN ({','.join(map(str, stores))})" if stores else ""
        return self.rows(
            f"SELECT {by + ',' if by else ''} {_SUMS} "
            "FROM facts "
            f"WHERE voided_us IS NULL AND day BETWEEN ? AND ? {some} "
            + (f"GROUP BY {by}" if by else "HAVING COUNT(*) > 0"),
            first,
            last,
        )


def hundredths(numerator: int, denominator: int) -> str:
    """A quotient with two places, half up."""
    if denominator == 0:
        return "0.00"
    return str((Decimal(numerator) / denominator).quantize(Decimal("0.01"), ROUND_HALF_UP))


def money(minor: int) -> str:
    return str(Decimal(int(minor)).scaleb(-2).quantize(Decimal("0.01")))


def quantity(milli: int) -> str:
    plain = f"{Decimal(int(milli)).scaleb(-3).normalize():f}"
    return "0" if plain == "-0" else plain


def day_text(day: int | None) -> str | None:
    return None if day is None else str(EPOCH + timedelta(days=int(day)))


def measured(sums: Row) -> Row:
    """Every measure from the sums, written as the reports write it."""
    revenue = sums["gross"] - sums["discounts"] - sums["returns"]
    figures = {name: money(sums[name]) for name in ("gross", "discounts", "returns", "tax")}
    return figures | {
        "revenue": money(revenue),
        "net": money(revenue - sums["tax"]),
        "receipts": sums["receipts"],
        "return_receipts": sums["return_receipts"],
        "average_receipt": hundredths(sums["gross"] - sums["discounts"], 100 * sums["receipts"]),
        "items_per_receipt": hundredths(sums["items"], sums["receipts"]),
        "quantity": quantity(sums["quantity"]),
    }


def revenue_of(sums: Row) -> int:
    return int(sums["gross"] - sums["discounts"] - sums["returns"])


def share(part: int, whole: int) -> str | None:
    return hundredths(100 * part, whole) if whole > 0 else None
