"""DuckDB on the same lines: native tables in a file of its own, in this process, warm.

In its favour: no HTTP, no returns to take off, two threads, and the business date and the store
kept on each line, so that a month is a range of rows in the order they are stored, without a join.
"""

import csv
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

THREADS = 2

TOP_STORES = """
SELECT sale_lines.store_id, sum(sale_lines.amount_minor) AS revenue_minor,
       count(DISTINCT sale_lines.sale_id) AS receipts
  FROM sale_lines
 WHERE sale_lines.business_date BETWEEN ? AND ?
 GROUP BY sale_lines.store_id
 ORDER BY revenue_minor DESC, sale_lines.store_id
 LIMIT 10
"""

TOP_STORES_FROM_RECEIPTS = """
SELECT sales.store_id, sum(sales.amount_minor) AS revenue_minor, count(*) AS receipts
  FROM sales
 WHERE sales.business_date BETWEEN ? AND ?
 GROUP BY sales.store_id
 ORDER BY revenue_minor DESC, sales.store_id
 LIMIT 10
"""

TOP_PRODUCTS_BY_QUANTITY = """
SELECT sale_lines.product_id, sum(sale_lines.quantity_milli) AS quantity_milli,
       sum(sale_lines.amount_minor) AS revenue_minor
  FROM sale_lines
  JOIN products
    ON products.id = sale_lines.product_id
 WHERE sale_lines.business_date BETWEEN ? AND ?
   AND products.unit = 'pcs'
 GROUP BY sale_lines.product_id
 ORDER BY quantity_milli DESC, sale_lines.product_id
 LIMIT 10
"""

TOP_PRODUCTS_BY_REVENUE = """
SELECT sale_lines.product_id, sum(sale_lines.amount_minor) AS revenue_minor,
       sum(sale_lines.quantity_milli) AS quantity_milli
  FROM sale_lines
 WHERE sale_lines.business_date BETWEEN ? AND ?
 GROUP BY sale_lines.product_id
 ORDER BY revenue_minor DESC, sale_lines.product_id
 LIMIT 10
"""

SUMMARY = """
SELECT sum(gross_minor), sum(discount_minor), sum(amount_minor), count(*)
  FROM sales
 WHERE business_date BETWEEN ? AND ?
"""

TIMELINE = """
SELECT day, coalesce(sum(gross_minor), 0), coalesce(sum(discount_minor), 0),
       coalesce(sum(amount_minor), 0), count(id)
  FROM (SELECT unnest(range($1, $2 + 1)) AS day)
  LEFT JOIN (SELECT * FROM sales WHERE business_date BETWEEN $1 AND $2) AS sales
    ON business_date = day
 GROUP BY day
 ORDER BY day
"""

STORES = """
SELECT store_id, sum(gross_minor) AS gross, sum(discount_minor), sum(amount_minor) AS revenue,
       count(*)
  FROM sales
 WHERE business_date BETWEEN ? AND ?
 GROUP BY store_id
 ORDER BY revenue DESC, store_id
"""

HOURS = """
SELECT (local_hour // 24 + 3) % 7 + 1 AS weekday, local_hour % 24 AS hour, count(*),
       sum(amount_minor)
  FROM sales
 WHERE business_date BETWEEN ? AND ?
 GROUP BY weekday, hour
 ORDER BY weekday, hour
"""

TILLS = """
SELECT store_id, till_id, cashier_id, count(*), sum(amount_minor)
  FROM sales
 WHERE business_date BETWEEN ? AND ?
 GROUP BY store_id, till_id, cashier_id
 ORDER BY store_id, till_id, cashier_id
"""

PROMOTIONS = """
SELECT promo_code, count(*), sum(discount_minor), sum(amount_minor) AS revenue
  FROM sales
 WHERE business_date BETWEEN ? AND ?
   AND promo_code IS NOT NULL
 GROUP BY promo_code
 ORDER BY revenue DESC, promo_code
"""

TENDERS = """
SELECT type, count(DISTINCT sale_id), sum(amount_minor) AS amount
  FROM sale_tenders
 WHERE business_date BETWEEN ? AND ?
 GROUP BY type
 ORDER BY amount DESC, type
"""

PRODUCTS = """
SELECT product_id, sum(quantity_milli), sum(gross_minor), sum(sale_lines.discount_minor),
       sum(amount_minor) AS revenue
  FROM sale_lines
 WHERE business_date BETWEEN ? AND ?
 GROUP BY product_id
 ORDER BY revenue DESC, product_id
 LIMIT 1000
"""

ABC = """
SELECT product_id, revenue,
       CASE WHEN 100 * (sum(revenue) OVER ranked - revenue) < 80 * sum(revenue) OVER ()
            THEN 1 ELSE 0 END
  FROM (SELECT product_id, sum(amount_minor) AS revenue
          FROM sale_lines
         WHERE business_date BETWEEN ? AND ?
         GROUP BY product_id)
WINDOW ranked AS (ORDER BY revenue DESC, product_id ROWS UNBOUNDED PRECEDING)
 ORDER BY revenue DESC, product_id
 LIMIT 1000
"""

CATEGORIES = """
SELECT category, sum(gross_minor), sum(discount_minor), sum(amount_minor) AS revenue
  FROM sale_lines
  JOIN products
    ON products.id = product_id
 WHERE business_date BETWEEN ? AND ?
 GROUP BY category
 ORDER BY revenue DESC, category
"""

IDLE = """
SELECT products.id, max(business_date) AS last_sold_on
  FROM products
  LEFT JOIN sale_lines
    ON product_id = products.id
   AND business_date <= $2
 WHERE $1 > 0
 GROUP BY products.id
HAVING last_sold_on IS NULL OR last_sold_on <= $2 - 60
 ORDER BY last_sold_on NULLS FIRST, products.id
 LIMIT 1000
"""

_TABLES = {
    "products": (
        "id BIGINT PRIMARY KEY, name VARCHAR, unit VARCHAR, category VARCHAR",
        "SELECT id, name, unit, category FROM products ORDER BY id",
    ),
    "sales": (
        """
        id BIGINT PRIMARY KEY, store_id BIGINT, business_date INTEGER, gross_minor BIGINT,
        discount_minor BIGINT, amount_minor BIGINT, till_id VARCHAR, cashier_id VARCHAR,
        promo_code VARCHAR, local_hour BIGINT
        """,
        """
        SELECT id, store_id, business_date, gross_minor, discount_minor, amount_minor, till_id,
               COALESCE(cashier_id, '-'), promo_code,
               (occurred_at_us + utc_offset_s * 1000000) / 3600000000
          FROM sales ORDER BY id
        """,
    ),
    "sale_lines": (
        """
        sale_id BIGINT, line_no INTEGER, business_date INTEGER, store_id BIGINT,
        product_id BIGINT, quantity_milli BIGINT, gross_minor BIGINT, discount_minor BIGINT,
        amount_minor BIGINT
        """,
        """
        SELECT sale_id, line_no, business_date, store_id, product_id, quantity_milli,
               sale_lines.gross_minor, sale_lines.discount_minor, sale_lines.amount_minor
          FROM sales
          JOIN sale_lines
            ON sale_lines.sale_id = sales.id
         ORDER BY sale_id, line_no
        """,
    ),
    "sale_tenders": (
        "sale_id BIGINT, business_date INTEGER, type VARCHAR, amount_minor BIGINT",
        """
        SELECT sale_id, business_date, sale_tenders.type, sale_tenders.amount_minor
          FROM sales
          JOIN sale_tenders
            ON sale_tenders.sale_id = sales.id
         ORDER BY sale_id
        """,
    ),
}


def connect(path: Path) -> Any:
    """An open database of DuckDB's; the package may be missing, which is told beforehand."""
    duckdb = import_module("duckdb")
    return duckdb.connect(str(path), config={"threads": THREADS})


def copy_lines(database: Path, path: Path, folder: Path) -> None:
    """Copy a database of the service into a new one of DuckDB's, through files it reads fast."""
    with (
        closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source,
        closing(connect(path)) as target,
    ):
        for name, (columns, select) in _TABLES.items():
            rows = folder / f"{name}.csv"
            _write_csv(rows, source.execute(select))
            target.execute(f"CREATE TABLE {name} ({columns})")
            target.execute(f"COPY {name} FROM '{rows}' (FORMAT csv, HEADER false)")
            rows.unlink()
        target.execute("CHECKPOINT")


def _write_csv(path: Path, rows: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
