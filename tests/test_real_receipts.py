"""Two months of receipts of 235 shops: every figure as it was worked out from the source."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.service import Service, command, serving

Expected = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def expected(real_receipts: Path) -> Expected:
    figures: Expected = json.loads((real_receipts / "expected.json").read_text())
    return figures


def check_every_figure(service: Service, expected: Expected) -> None:
    assert len(expected) == 2
    for month, figures in expected.items():
        stores = service.report("top-stores", month=month)
        assert stores["totals"] == {k: figures[k] for k in ("revenue", "receipts")}
        assert picked(stores, "id", "revenue") == figures["top_stores"]
        products = service.report("top-products", month=month)
        assert picked(products, "id", "quantity", "revenue") == figures["top_products_pcs"]
        by_revenue = service.report("top-products", month=month, by="revenue")
        assert picked(by_revenue, "id", "revenue") == figures["top_products_by_revenue"]
        assert by_revenue["totals"] == {"revenue": figures["revenue"]}
        for day, of_day in figures["days"].items():
            one_day = {"from": day, "to": day}
            totals = service.report("top-stores", **one_day)["totals"]
            assert totals == of_day, day
            by_revenue = service.report("top-products", by="revenue", **one_day)
            assert by_revenue["totals"]["revenue"] == of_day["revenue"], day


def picked(report: dict[str, Any], *columns: str) -> list[dict[str, Any]]:
    return [{name: row[name] for name in columns} for row in report["rows"]]


def test_every_figure_is_equal(real_months: Path, expected: Expected) -> None:
    with serving(real_months) as service:
        check_every_figure(service, expected)


def test_products_of_all_stores_are_those_of_the_chain(real_months: Path) -> None:
    with serving(real_months) as service:
        every_store = [store["id"] for store in service.get("/stores").json()]
        period = {"from": "2017-10-07", "to": "2017-11-19", "limit": 1_000, "by": "revenue"}
        from_totals = service.report("top-products", **period)
        from_lines = service.report("top-products", **period, store_id=every_store)
        assert len(from_totals["rows"]) == 1_000
        assert from_totals["rows"] == from_lines["rows"]
        assert from_totals["totals"] == from_lines["totals"]


def test_importing_again_changes_nothing(
    real_months: Path, expected: Expected, real_receipts: Path
) -> None:
    done = command("import", "sales", str(real_receipts / "sales.csv.gz"), database=real_months)
    assert "0 receipts counted, 25,908 were there already, 0 held, 0 refused" in done.stdout
    with serving(real_months) as service:
        check_every_figure(service, expected)


def test_the_same_receipts_over_http_give_the_same_figures(
    database: Path, expected: Expected, real_receipts: Path
) -> None:
    with serving(database) as service:
        for kind, file in (
            ("stores", "stores.csv"),
            ("products", "products.csv"),
            ("sales", "sales.csv.gz"),
        ):
            words = ("import", kind, str(real_receipts / file), "--to", service.url)
            done = command(*words, database=database)
            assert done.returncode == 0, done.stderr
        assert "25,908 receipts counted" in done.stdout
        check_every_figure(service, expected)
    # What came over HTTP is known again in the file.
    done = command("import", "sales", str(real_receipts / "sales.csv.gz"), database=database)
    assert "0 receipts counted, 25,908 were there already, 0 held, 0 refused" in done.stdout
