"""Databases to measure with: the service makes an empty file, the chain is written into it.

Written straight into the tables, since through the API ten million lines would take far longer;
the kept totals are added up by the service's own SQL. What was made is kept for the next run, under
a name that changes with everything it was made from.
"""

import hashlib
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks import chain
from benchmarks.chain import Chain
from benchmarks.servers import service
from benchmarks.workshop import CACHE, HERE, REPOSITORY, Workshop
from quart_app.sales.totals_repository import PREPARATION, adding

_RECEIPTS_A_CALL = 5_000

_RECEIPTS_COUNTED_AT_ONCE = 20_000
_TENDERS = """
INSERT INTO sale_tenders (sale_id, tender_no, type, amount_minor)
SELECT id, 1, CASE id % 3 WHEN 0 THEN 'cash' ELSE 'card' END, amount_minor
  FROM sales
"""


def stocked(shop: Workshop, lines: int) -> Path:
    """A database with the plan's catalogue and this many lines; not to be written to."""
    plan = shop.plan
    kind = f"{lines}-lines-{plan.stores}-stores-{plan.products}-products"
    path = CACHE / f"{kind}-{_fingerprint()}.db"
    if not path.exists():
        for stale in CACHE.glob(f"{kind}-*"):
            if stale.is_dir():
                shutil.rmtree(stale)
            else:
                stale.unlink()
        if lines:
            print(f"  making {lines:,} lines, once", file=sys.stderr)
        made = _empty(shop)
        _fill(made, Chain(plan.stores, plan.products), lines)
        made.replace(path)
    return path


def _fingerprint() -> str:
    migrations = (REPOSITORY / "quart_app" / "database" / "migrations").glob("*.*")
    totals = (REPOSITORY / "quart_app" / "sales").glob("*totals_repository.py")
    own = (REPOSITORY / "schema.sql", HERE / "chain.py", HERE / "lines.py")
    parts = [*own, *sorted(migrations), *sorted(totals)]
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
        connection.execute(_TENDERS)
        _count(connection)
        connection.execute("PRAGMA analysis_limit = 400")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def _count(connection: sqlite3.Connection) -> None:
    """Add the receipts to the kept totals by the service's own statement."""
    # This commits what was written before.
    connection.executescript(PREPARATION)
    connection.execute("BEGIN")
    last: int = connection.execute("SELECT COALESCE(MAX(id), 0) FROM sales").fetchone()[0]
    for first in range(1, last + 1, _RECEIPTS_COUNTED_AT_ONCE):
        for sql, values in adding(first, min(first + _RECEIPTS_COUNTED_AT_ONCE - 1, last)):
            connection.execute(sql, values)
    connection.execute("COMMIT")


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
                 business_date, occurred_at_us, utc_offset_s, received_at_us, promo_code,
                 gross_minor, discount_minor, amount_minor, tax_minor, line_count)
            VALUES (?, ?, ?, 'sale', ?, 'T1', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
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
            f"CODE{key % 7}" if key % 20 == 0 else None,
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
