"""How statements are run: by an index, never by reading all sales or lines."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from quart_app.reports import explain_repository
from quart_app.reports.models import Report
from quart_app.reports.moments import UNLISTED
from quart_app.reports.registry import REPORTS
from quart_app.reports.repository import statement
from quart_app.reports.sources_repository import MANY, text_of
from quart_app.sales.totals_repository import PREPARATION
from tests.service import ROOT
from tests.test_architecture import statements

DATES = "business_date>? AND business_date<?"
SQL = ROOT / "quart_app/reports/sql"
LARGE = r"sales|sale_lines|sale_tenders|idempotency_keys|audit_records|\w+_totals"


def plan(sql: str) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript((ROOT / "schema.sql").read_text() + PREPARATION)
        connection.create_function("search_key", 1, str, deterministic=True)
        names = set(re.findall(r":(\w+)", re.sub(r"'[^']*'|--[^\n]*", "", sql)))
        values = dict.fromkeys(names, 1)
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


PICKING = {
    "products-picked": ("candidates-given", "candidates-by-quantity", "candidates-by-revenue"),
    "products-of-month-by-revenue": ("floor-by-revenue",),
}
"""The files that read few products, and what says which."""


def of_file(report: Report, name: str) -> dict[str, str]:
    """The statements that one file is a part of."""
    order = report.order
    found = {f"{report.name} {name}": statement(report, name, order)}
    if name.endswith("-of-stores") and report.source in MANY:
        many = name.replace("-of-", "-of-many-")
        found[f"{report.name} {many}"] = statement(report, many, order)
        for source in (name, many) if report.source == "products" else ():
            picked = statement(report, source, order, "candidates-given")
            found[f"{report.name} {source} picked"] = picked
    return found


def of_reports() -> dict[str, str]:
    """Every statement that a report can be answered by, whole, under its report and file."""
    found = {}
    for report in REPORTS.values():
        for file in sorted(SQL.glob(f"{report.source}*.sql")):
            name, order = file.stem, report.order
            if name.startswith("products-total"):
                continue
            if name in PICKING:
                for candidates in PICKING[name]:
                    sql = statement(report, name, order, candidates)
                    found[f"{report.name} {name} {candidates}"] = sql
            elif name.partition("-of-")[0] == report.source or name == f"{report.source}-as-of":
                found |= of_file(report, name)
    for report in UNLISTED:
        found[report.name] = statement(report, report.source, report.order)
    for source in ("receipts", "lines", "tenders"):
        found[f"explain-{source}"] = explain_repository.statement(f"explain-{source}")
    found["lacking"] = text_of("lacking")
    found["share-of-stores"] = text_of("share-of-stores")
    return found


def reading() -> list[tuple[str, str]]:
    """Every SELECT that stands in one piece, and every report's."""
    return [
        (name, sql)
        for name, sql in statements()
        if "INSERT" not in sql
        and "DELETE" not in sql
        and "CREATE" not in sql
        and "{}" not in sql
        # Run on a copy, which nobody waits for.
        and not name.startswith("checking/contents")
        and not name.startswith("reports/sql")
    ] + list(of_reports().items())


def test_every_statement_that_reads_is_planned_here() -> None:
    planned = " ".join(name for name in of_reports())
    for file in SQL.glob("*.sql"):
        # The total stands inside the others.
        assert (
            file.stem == "explain-chosen"
            or file.stem.startswith(("products-total", "shops-", "receipts-"))
            or file.stem in planned
        )
    assert len(reading()) >= 40


@pytest.mark.parametrize(("name", "sql"), reading())
def test_no_statement_reads_all_of_a_large_table(name: str, sql: str) -> None:
    for step in plan(sql):
        assert not re.match(rf"SCAN ({LARGE})\b(?! USING COVERING INDEX \w+$)", step), step
        if re.match(rf"SCAN ({LARGE})\b", step):
            assert "MAX(id)" in sql, f"{name}: {step}"


MONTHS = "USING PRIMARY KEY (business_month>? AND business_month<?)"
OF_STORE = "SEARCH sales USING INDEX sales_by_store"
OF_STORES = f"{OF_STORE} (store_id=? AND {DATES})"
OF_LINES = "SEARCH sale_lines USING PRIMARY KEY (sale_id=?)"
AS_OF = f"SEARCH sales USING INDEX sales_by_business_date ({DATES})"
OF_STORE_DAYS = (
    f"SEARCH store_day_totals USING INDEX store_day_totals_by_store (store_id=? AND {DATES})"
)
BY_PRODUCT = "SEARCH before USING INDEX product_month_totals_by_product"
RANKS = "SEARCH product_month_totals USING COVERING INDEX product_month_totals_by_"


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("summary summary", [f"SEARCH hour_totals USING PRIMARY KEY ({DATES})"]),
        ("summary summary-of-stores", [OF_STORE_DAYS]),
        ("summary summary-as-of", [AS_OF]),
        (
            "top-stores stores",
            [
                f"SEARCH store_month_totals {MONTHS}",
                f"SEARCH store_day_totals USING PRIMARY KEY ({DATES})",
            ],
        ),
        ("stores stores-as-of", [AS_OF]),
        ("timeline timeline", [f"SEARCH day USING PRIMARY KEY ({DATES}) LEFT-JOIN"]),
        (
            "tills tills",
            [
                f"SEARCH till_month_totals {MONTHS}",
                f"SEARCH till_day_totals USING PRIMARY KEY ({DATES})",
            ],
        ),
        (
            "stores-until",
            [f"{OF_STORE} (store_id=? AND business_date=? AND occurred_at_us<?)"],
        ),
        ("store-days", [f"SEARCH store_day_totals USING PRIMARY KEY ({DATES})"]),
        ("hours hours", [f"SEARCH hour_totals USING PRIMARY KEY ({DATES})"]),
        ("hours hours-of-stores", [OF_STORES]),
        ("tenders tenders", [f"SEARCH tender_day_totals USING PRIMARY KEY ({DATES})"]),
        ("tenders tenders-of-stores", [OF_STORES]),
        ("promotions promotions", [f"SEARCH promo_day_totals USING PRIMARY KEY ({DATES})"]),
        ("promotions promotions-of-stores", [OF_STORES]),
        ("categories categories", [f"SEARCH category_day_totals USING PRIMARY KEY ({DATES})"]),
        ("categories categories-of-stores", [OF_STORES, OF_LINES]),
        (
            "products products",
            [
                f"SEARCH product_month_totals {MONTHS}",
                f"SEARCH product_day_totals USING PRIMARY KEY ({DATES})",
                f"SEARCH category_day_totals USING PRIMARY KEY ({DATES})",
            ],
        ),
        ("abc products-of-stores", [OF_STORES, OF_LINES]),
        ("top-products products-as-of", [AS_OF, OF_LINES]),
        (
            "top-products products-picked candidates-by-quantity",
            [
                f"{RANKS}quantity (business_month=? AND unit=? AND quantity_rank_milli>?)",
                "SEARCH month USING PRIMARY KEY (business_month=? AND product_id=?)",
                "SEARCH day USING PRIMARY KEY (business_date=? AND product_id=?)",
            ],
        ),
        (
            "abc products-picked candidates-by-revenue",
            [f"{RANKS}revenue (business_month=? AND revenue_rank_minor>?)"],
        ),
        (
            "products products-of-month-by-revenue floor-by-revenue",
            [
                f"{RANKS}revenue (business_month=? AND revenue_rank_minor>?)",
                (
                    "SEARCH sold USING INDEX product_month_totals_by_revenue "
                    "(business_month=? AND revenue_rank_minor>?)"
                ),
                "SEARCH products USING INTEGER PRIMARY KEY (rowid=?)",
            ],
        ),
        (
            "idle-products idle-products",
            [
                "SEARCH sold USING PRIMARY KEY (business_month=? AND product_id=?)",
                "SEARCH ending USING PRIMARY KEY (business_month=? AND product_id=?)",
                "SEARCH day USING PRIMARY KEY (business_date=? AND product_id=?)",
                f"{BY_PRODUCT} (product_id=? AND business_month<?)",
            ],
        ),
        (
            "idle-products idle-products-of-stores",
            [OF_STORES, OF_LINES],
        ),
        (
            "idle-products idle-products-of-many-stores",
            [f"SEARCH sales USING INDEX sales_by_business_date ({DATES})", OF_LINES],
        ),
        (
            "abc products-of-many-stores",
            [f"SEARCH product_month_totals {MONTHS}", OF_STORES, OF_LINES],
        ),
        (
            "hours hours-of-many-stores",
            [f"SEARCH hour_totals USING PRIMARY KEY ({DATES})", OF_STORES],
        ),
    ],
)
def test_reports_read_their_period_by_a_key_that_covers_it(name: str, steps: list[str]) -> None:
    taken = [step for step in plan(of_reports()[name]) if step.startswith("SEARCH")]
    for step in steps:
        assert step in taken, taken


@pytest.mark.parametrize(
    ("query", "store_ids", "index"),
    [
        ({}, (), "sales_by_business_date"),
        ({"first": 1, "last": 2}, (), "sales_by_business_date"),
        ({}, (1,), "sales_by_store"),
        ({"till_id": "T1", "after": "x"}, (1,), "sales_by_store"),
        ({"after": "x"}, (1, 2), "sales_by_business_date"),
    ],
)
async def test_the_list_of_receipts_is_read_by_an_index_without_sorting(
    query: dict[str, object], store_ids: tuple[int, ...], index: str
) -> None:
    from quart_app.sales import repository
    from quart_app.sales.models import SalesListing

    asked: list[str] = []

    class Planned:
        """Takes down what is asked, and finds nothing."""

        async def rows(self, sql: str, _: object) -> list[object]:
            asked.append(sql)
            return []

    await repository.select(Planned(), SalesListing(**query), store_ids)  # type: ignore[arg-type]
    steps = plan(asked[0])
    assert any(f"SEARCH sales USING INDEX {index} (" in step for step in steps), steps
    assert not [step for step in steps if "TEMP B-TREE" in step], steps


def test_a_plan_that_scans_would_be_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="SCAN sales"):
        test_no_statement_reads_all_of_a_large_table(
            str(tmp_path), "SELECT store_id FROM sales WHERE cashier_id = :cashier_id"
        )
