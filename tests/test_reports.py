"""Reports over HTTP: the envelope, the parameters, JSON and CSV."""

import csv
import io
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from quart_app.reports.models import Question
from quart_app.reports.periods import period_of
from quart_app.values.calendar import from_day, parse_day
from tests.service import Service, receipt, serving, with_catalogue


def codes(reply: Any) -> list[tuple[str, str]]:
    return [(fault["path"], fault["code"]) for fault in reply.json()["errors"]]


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Sales of October and November: bread, milk by the piece, cheese by weight."""
    with serving(tmp_path_factory.mktemp("sold") / "sales.db") as service:
        with_catalogue(service)
        for name, day, store_id, product_id, quantity, amount in (
            ("a", "2026-10-01", 1, 1, "3", "30.00"),
            ("b", "2026-10-31", 2, 2, "5", "20.00"),
            ("c", "2026-10-15", 2, 9, "0.750", "300.00"),
            ("d", "2026-11-01", 1, 2, "5", "50.00"),
            ("e", "2026-11-02", 1, 1, "5", "1.00"),
        ):
            line = {"product_id": product_id, "quantity": quantity, "amount": amount}
            at = f"{day}T10:00:00+10:00"
            sent = receipt(name, occurred_at=at, store_id=store_id, lines=[line])
            service.post("/sales", sent).raise_for_status()
        yield service


def test_the_list_names_each_report_its_parameters_and_columns(sold: Service) -> None:
    listed = {report["name"]: report for report in sold.get("/reports").json()}
    assert len(listed) == 14
    assert {"by", "unit", "month", "from", "to", "store_id", "limit"} <= set(
        listed["top-products"]["parameters"]
    )
    assert listed["top-stores"]["columns"][2] == {
        "name": "revenue",
        "type": "money",
        "unit": "currency",
    }
    for name, report in listed.items():
        assert report["answers"].endswith("?")
        rows = sold.report(name, month="2026-10")["rows"]
        for row in rows[:1]:
            assert list(row) == [column["name"] for column in report["columns"]]


def test_top_stores_ranks_by_revenue(sold: Service) -> None:
    report = sold.report("top-stores", month="2026-10")
    assert report["report"] == "top-stores"
    assert report["period"] == {"from": "2026-10-01", "to": "2026-10-31"}
    assert report["currency"] == "RUB"
    assert report["rows"] == [
        {"id": 2, "address": "Street 2", "revenue": "320.00", "receipts": 2},
        {"id": 1, "address": "Street 1", "revenue": "30.00", "receipts": 1},
    ]
    assert report["totals"] == {"revenue": "350.00", "receipts": 3}
    one = sold.report("top-stores", month="2026-10", limit=1)
    assert one["rows"] == report["rows"][:1]
    assert one["totals"] == report["totals"]


def test_top_products_never_adds_pieces_to_kilograms(sold: Service) -> None:
    by_quantity = sold.report("top-products", month="2026-10")
    assert by_quantity["rows"] == [
        {"id": 2, "name": "Milk", "quantity": "5", "unit": "pcs", "revenue": "20.00"},
        {"id": 1, "name": "Bread", "quantity": "3", "unit": "pcs", "revenue": "30.00"},
    ]
    assert by_quantity["totals"] == {"quantity": "8", "revenue": "50.00"}
    by_revenue = sold.report("top-products", month="2026-10", by="revenue")
    assert [row["id"] for row in by_revenue["rows"]] == [9, 1, 2]
    assert by_revenue["totals"] == {"revenue": "350.00"}
    weighed = sold.report("top-products", month="2026-10", unit="kg")
    assert weighed["rows"] == [
        {"id": 9, "name": "Cheese", "quantity": "0.75", "unit": "kg", "revenue": "300.00"}
    ]
    assert weighed["totals"] == {"quantity": "0.75", "revenue": "300.00"}


def test_ties_go_to_the_smaller_id(sold: Service) -> None:
    rows = sold.report("top-products", month="2026-11")["rows"]
    assert [(row["id"], row["quantity"]) for row in rows] == [(1, "5"), (2, "5")]


def test_both_ends_of_a_range_are_inside(sold: Service) -> None:
    def total(first: str, last: str, **more: Any) -> str:
        return str(
            sold.report("top-products", by="revenue", **{"from": first, "to": last}, **more)[
                "totals"
            ]["revenue"]
        )

    assert total("2026-10-31", "2026-11-01") == "70.00"
    assert total("2026-10-02", "2026-10-30") == "300.00"
    assert total("2026-10-01", "2026-10-01") == "30.00"
    assert total("2026-09-30", "2026-12-01") == "401.00"
    assert total("2000-01-01", "2100-12-31") == "401.00"
    assert total("2026-10-01", "2026-11-30", store_id=1) == "81.00"
    assert total("2026-10-01", "2026-11-30", store_id=[1, 2]) == "401.00"


def test_stores_may_be_picked(sold: Service) -> None:
    one = sold.report("top-stores", month="2026-10", store_id=1)
    assert [row["id"] for row in one["rows"]] == [1]
    assert one["totals"] == {"revenue": "30.00", "receipts": 1}
    both = sold.get("/reports/top-products?month=2026-10&store_id=1&store_id=2").json()
    assert both["rows"] == sold.report("top-products", month="2026-10")["rows"]
    unknown = sold.get("/reports/top-stores?store_id=77")
    assert (unknown.status_code, codes(unknown)) == (422, [("store_id", "unknown_store")])


def test_a_period_without_sales_is_no_rows_and_zero_totals(sold: Service) -> None:
    assert sold.report("top-stores", month="2020-02")["rows"] == []
    assert sold.report("top-stores", month="2020-02")["totals"] == {
        "revenue": "0.00",
        "receipts": 0,
    }
    assert sold.report("top-products", month="2020-02")["totals"] == {
        "quantity": "0",
        "revenue": "0.00",
    }


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("month=2026-13", ("month", "month_malformed")),
        ("month=10.2026", ("month", "month_malformed")),
        ("from=2026-10-01", ("to", "missing_parameter")),
        ("to=2026-10-01", ("from", "missing_parameter")),
        ("from=2026-10-02&to=2026-10-01", ("to", "period_backwards")),
        ("from=2026-02-30&to=2026-03-01", ("from", "day_malformed")),
        ("month=2026-10&from=2026-10-01&to=2026-10-02", ("from", "two_periods")),
        ("month=2026-10&period=today", ("period", "two_periods")),
        ("period=always", ("period", "wrong_value")),
        ("limit=0", ("limit", "wrong_value")),
        ("limit=100001", ("limit", "wrong_value")),
        ("limit=ten", ("limit", "wrong_type")),
        ("store_id=x", ("store_id[0]", "wrong_type")),
        ("format=pdf", ("format", "wrong_value")),
        ("by=revenue", ("by", "unknown_parameter")),
        ("mnth=2026-10", ("mnth", "unknown_parameter")),
        ("month=2026-10&month=2026-11", ("month", "repeated_parameter")),
    ],
)
def test_a_wrong_parameter_is_named(sold: Service, query: str, place: tuple[str, str]) -> None:
    reply = sold.get(f"/reports/top-stores?{query}")
    assert reply.status_code == 422
    assert codes(reply) == [place]


def test_the_current_month_so_far_is_meant_where_none_is_given(sold: Service) -> None:
    today = datetime.now(UTC).astimezone(ZoneInfo("Europe/Moscow")).date()
    assert sold.report("top-stores")["period"] == {
        "from": today.replace(day=1).isoformat(),
        "to": today.isoformat(),
    }


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", "2028-02-29", "2028-02-29"),
        ("yesterday", "2028-02-28", "2028-02-28"),
        ("this-week", "2028-02-28", "2028-02-29"),
        ("last-week", "2028-02-21", "2028-02-27"),
        ("this-month", "2028-02-01", "2028-02-29"),
        ("last-month", "2028-01-01", "2028-01-31"),
        ("this-year", "2028-01-01", "2028-02-29"),
    ],
)
def test_periods_by_name(name: Any, first: str, last: str) -> None:
    period = period_of(Question(period=name), parse_day("2028-02-29"))
    assert [from_day(day).isoformat() for day in period] == [first, last]


@pytest.mark.parametrize(
    ("query", "accept"), [("format=csv", "*/*"), ("", "text/csv"), ("", "text/csv, */*;q=0.1")]
)
def test_csv_has_the_same_rows(sold: Service, query: str, accept: str) -> None:
    path = f"/reports/top-products?month=2026-10&by=revenue&{query}"
    reply = sold.get(path, headers={"Accept": accept})
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = 'filename="top-products_2026-10-01_2026-10-31.csv"'
    assert name in reply.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    as_json = sold.report("top-products", month="2026-10", by="revenue")["rows"]
    assert rows == [{name: str(cell) for name, cell in row.items()} for row in as_json]


def test_json_is_the_answer_unless_csv_is_asked_for(sold: Service) -> None:
    for headers in ({"Accept": "*/*"}, {"Accept": "text/html"}, {"Accept": "application/json"}):
        reply = sold.get("/reports/top-stores", headers=headers)
        assert reply.headers["Content-Type"] == "application/json"
    asked = sold.get("/reports/top-stores?format=json", headers={"Accept": "text/csv"})
    assert asked.headers["Content-Type"] == "application/json"


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(service: Service) -> None:
    names = ["=1+1", "+7", "-5", "@cmd"]
    for i, name in enumerate(names, 20):
        service.post("/products", {"id": i, "name": name, "price": "1"}).raise_for_status()
    lines = [{"product_id": i, "quantity": "1"} for i in range(20, 24)]
    lines.append({"product_id": 1, "quantity": "1"})
    sent = receipt("formulas", type="return", lines=lines)
    service.post("/sales", sent).raise_for_status()
    text = service.get("/reports/top-products?month=2026-10&format=csv").text
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert [rows[str(i)]["name"] for i in range(20, 24)] == [f"'{name}" for name in names]
    # A figure below nought is a figure.
    assert rows["1"]["quantity"] == "-1"


def test_a_sale_is_in_the_next_report(service: Service) -> None:
    for i in range(1, 40):
        service.post("/sales", receipt(f"next-{i}")).raise_for_status()
        assert service.report("top-stores", month="2026-10")["rows"][0]["receipts"] == i
        rows = service.report("top-products", month="2026-10", store_id=1)["rows"]
        assert rows == service.report("top-products", month="2026-10")["rows"]
        assert rows[0]["quantity"] == str(2 * i)
