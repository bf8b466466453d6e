"""How statements are run: by an index, never by reading all sales or lines."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from quart_app.sales.totals_repository import PREPARATION
from tests.service import ROOT
from tests.test_architecture import statements

DATES = "business_date>? AND business_date<?"
LARGE = r"sales|sale_lines|sale_tenders|idempotency_keys|\w+_totals"


def plan(sql: str) -> list[str]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript((ROOT / "schema.sql").read_text() + PREPARATION)
        connection.create_function("search_key", 1, str, deterministic=True)
        names = set(re.findall(r":(\w+)", re.sub(r"'[^']*'|--[^\n]*", "", sql)))
        values = dict.fromkeys(names, 1)
        return [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


def reading() -> list[tuple[str, str]]:
    """Every SELECT that stands in one piece: reports, lists, look-ups."""
    return [
        (name, sql)
        for name, sql in statements()
        if "INSERT" not in sql and "DELETE" not in sql and "{}" not in sql
    ]


def test_every_statement_that_reads_is_planned_here() -> None:
    assert len([name for name, _ in reading() if name.startswith("reports/sql")]) == len(
        list((ROOT / "quart_app/reports/sql").glob("*.sql"))
    )
    assert len(reading()) >= 14


@pytest.mark.parametrize(("name", "sql"), reading())
def test_no_statement_reads_all_of_a_large_table(name: str, sql: str) -> None:
    for step in plan(sql):
        assert not re.match(rf"SCAN ({LARGE})\b(?! USING COVERING INDEX \w+$)", step), step
        if re.match(rf"SCAN ({LARGE})\b", step):
            assert "MAX(id)" in sql, f"{name}: {step}"


@pytest.mark.parametrize(
    ("file", "steps"),
    [
        (
            "top-stores",
            [f"store_day_totals USING PRIMARY KEY ({DATES})"],
        ),
        (
            "top-products",
            [
                "product_month_totals USING PRIMARY KEY (business_month>? AND business_month<?)",
                f"product_day_totals USING PRIMARY KEY ({DATES})",
            ],
        ),
        (
            "top-products-of-stores",
            [
                f"sales USING INDEX sales_by_store (store_id=? AND {DATES})",
                "sale_lines USING PRIMARY KEY (sale_id=?)",
            ],
        ),
    ],
)
def test_reports_read_their_period_by_a_key_that_covers_it(file: str, steps: list[str]) -> None:
    sql = (ROOT / f"quart_app/reports/sql/{file}.sql").read_text()
    taken = [step for step in plan(sql) if step.startswith("SEARCH")]
    for step in steps:
        assert f"SEARCH {step}" in taken, taken


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "sales_by_business_date"),
        ({"first": 1, "last": 2}, "sales_by_business_date"),
        ({"store_id": 1}, "sales_by_store"),
        ({"store_id": 1, "till_id": "T1", "after": "x"}, "sales_by_store"),
    ],
)
async def test_the_list_of_receipts_is_read_by_an_index_without_sorting(
    query: dict[str, object], index: str
) -> None:
    from quart_app.sales import repository
    from quart_app.sales.models import SalesListing

    asked: list[str] = []

    class Planned:
        """Takes down what is asked, and finds nothing."""

        async def rows(self, sql: str, _: object) -> list[object]:
            asked.append(sql)
            return []

    await repository.select(Planned(), SalesListing(**query))  # type: ignore[arg-type]
    steps = plan(asked[0])
    assert any(f"SEARCH sales USING INDEX {index} (" in step for step in steps), steps
    assert not [step for step in steps if "TEMP B-TREE" in step], steps


def test_a_plan_that_scans_would_be_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="SCAN sales"):
        test_no_statement_reads_all_of_a_large_table(
            str(tmp_path), "SELECT store_id FROM sales WHERE cashier_id = :cashier_id"
        )
