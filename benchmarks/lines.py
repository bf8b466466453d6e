"""Databases to measure with: the service makes an empty file, the chain is written into it.

Written straight into the tables, since through the API ten million lines would take far longer;
the kept totals are added up from the lines by SQL. What was made is kept for the next run, under
a name that changes with everything it was made from.
"""

import hashlib
import sqlite3
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks import chain
from benchmarks.chain import Chain
from benchmarks.servers import service
from benchmarks.workshop import CACHE, HERE, REPOSITORY, Workshop

_RECEIPTS_A_CALL = 5_000

_TOTALS = """
INSERT INTO store_day_totals
    (business_date, store_id, gross_minor, discount_minor, returns_minor, tax_minor,
     receipts, return_receipts, sale_lines)
SELECT business_date, store_id, sum(gross_minor), sum(discount_minor), 0, 0,
       count(*), 0, sum(line_count)
  FROM sales
 GROUP BY business_date, store_id
 ORDER BY business_date, store_id;

INSERT INTO product_day_totals
    (business_date, product_id, quantity_milli, gross_minor, discount_minor, returns_minor, lines)
SELECT sales.business_date, sale_lines.product_id, sum(sale_lines.quantity_milli),
       sum(sale_lines.gross_minor), sum(sale_lines.discount_minor), 0, count(*)
  FROM sales
  JOIN sale_lines
    ON sale_lines.sale_id = sales.id
 GROUP BY sales.business_date, sale_lines.product_id
 ORDER BY sales.business_date, sale_lines.product_id;

INSERT INTO product_month_totals
    (business_month, product_id, quantity_milli, gross_minor, discount_minor, returns_minor, lines)
SELECT CAST(strftime('%Y%m', business_date * 86400, 'unixepoch') AS INTEGER) AS business_month,
       product_id, sum(quantity_milli), sum(gross_minor), sum(discount_minor), 0, sum(lines)
  FROM product_day_totals
 GROUP BY business_month, product_id
 ORDER BY business_month, product_id;

INSERT INTO sale_tenders (sale_id, tender_no, type, amount_minor)
SELECT id, 1, CASE id % 3 WHEN 0 THEN 'cash' ELSE 'card' END, amount_minor
  FROM sales;
"""


def stocked(shop: Workshop, lines: int) -> Path:
    """A database with the plan's catalogue and this many lines; not to be written to."""
    plan = shop.plan
    kind = f"{lines}-lines-{plan.stores}-stores-{plan.products}-products"
    path = CACHE / f"{kind}-{_fingerprint()}.db"
    if not path.exists():
        for stale in CACHE.glob(f"{kind}-*"):
            stale.unlink()
        if lines:
            print(f"  making {lines:,} lines, once", file=sys.stderr)
        made = _empty(shop)
        _fill(made, Chain(plan.stores, plan.products), lines)
        made.replace(path)
    return path


def _fingerprint() -> str:
    migrations = (REPOSITORY / "quart_app" / "database" / "migrations").glob("*.*")
    own = (REPOSITORY / "schema.sql", HERE / "chain.py", HERE / "lines.py")
    parts = [*own, *sorted(migrations)]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:12]


def _empty(shop: Workshop) -> Path:
    path = shop.new_folder("new") / "sales.db"
    with service(shop, path):
        pass
    return path


def _fill(path: Path, made: Chain, lines: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # Nobody waits for this file and a half-made one is never used: nothing needs to be safe.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -262144")
        connection.execute("BEGIN")
        _insert_catalogue(connection, made)
        _insert_receipts(connection, made, lines)
        connection.executescript(_TOTALS)
        connection.execute("PRAGMA analysis_limit = 400")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def _insert_catalogue(connection: sqlite3.Connection, made: Chain) -> None:
    connection.executemany(
        "INSERT INTO stores (id, address, timezone, name) VALUES (?, ?, ?, ?)",
        [(key, f"{key} High Street", chain.TIMEZONE, f"Shop {key}") for key in made.store_ids],
    )
    connection.executemany(
        "INSERT INTO products (id, name, price_minor, unit, category) VALUES (?, ?, ?, ?, ?)",
        [
            (product.id, product.name, product.price_minor, product.unit, product.category)
            for product in made.products
        ],
    )


def _insert_receipts(connection: sqlite3.Connection, made: Chain, lines: int) -> None:
    receipts = enumerate(made.receipts(lines), 1)
    while some := list(islice(receipts, _RECEIPTS_A_CALL)):
        connection.executemany(
            """
            INSERT INTO sales
                (id, receipt_id, fingerprint, type, store_id, till_id, series, sequence_number,
                 business_date, occurred_at_us, utc_offset_s, received_at_us, gross_minor,
                 discount_minor, amount_minor, tax_minor, line_count)
            VALUES (?, ?, ?, 'sale', ?, 'T1', '', ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
            """,
            _sale_rows(some),
        )
        connection.executemany(
            """
            INSERT INTO sale_lines
                (sale_id, line_no, product_id, quantity_milli, unit_price_minor, gross_minor,
                 discount_minor, amount_minor, tax_minor)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
            """,
            _line_rows(some),
        )


def _sale_rows(receipts: list[tuple[int, chain.Receipt]]) -> Iterator[tuple[object, ...]]:
    for key, receipt in receipts:
        at_us = (receipt.day * 86_400 + receipt.second - chain.UTC_OFFSET_S) * 1_000_000
        gross = sum(line.gross_minor for line in receipt.lines)
        discount = sum(line.discount_minor for line in receipt.lines)
        yield (
            key,
            f"{receipt.store_id}-T1-{key}",
            key,
            receipt.store_id,
            key,
            receipt.day,
            at_us,
            chain.UTC_OFFSET_S,
            at_us,
            gross,
            discount,
            gross - discount,
            len(receipt.lines),
        )


def _line_rows(receipts: list[tuple[int, chain.Receipt]]) -> Iterator[tuple[object, ...]]:
    for key, receipt in receipts:
        for line_no, line in enumerate(receipt.lines, 1):
            yield (
                key,
                line_no,
                line.product_id,
                line.quantity_milli,
                line.unit_price_minor,
                line.gross_minor,
                line.discount_minor,
                line.gross_minor - line.discount_minor,
            )
