"""Explain: the receipts behind any figure of a report, page by page, add up to it."""

from typing import Any

import pytest

from quart_app.reports.registry import REPORTS
from tests.service import Service, receipt, serving, with_catalogue

OCTOBER = {"month": "2026-10"}
MONEY = ("gross", "discounts", "returns", "revenue", "quantity", "amount")


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Two stores, two tills, returns, a void, promo codes and two means of payment."""
    with serving(tmp_path_factory.mktemp("explain") / "sales.db") as service:
        with_catalogue(service)
        weighed = {"product_id": 9, "quantity": "0.455", "amount": "182.00", "discount": "1.50"}
        loaf = {"product_id": 1, "quantity": "2", "unit_price": "64.95"}
        for number in range(1, 25):
            paid = "card" if number % 3 else "cash"
            sent = receipt(
                f"r{number}",
                store_id=1 + number % 2,
                till_id=f"T{number % 3}",
                type="return" if number % 7 == 0 else "sale",
                occurred_at=f"2026-10-{1 + number:02d}T{8 + number % 12:02d}:30:00+03:00",
                lines=[loaf, weighed] if number % 2 else [weighed, weighed],
                tenders=[{"type": paid, "amount": "100.00"}] * (1 + number % 2),
                **({"promo_code": "AUTUMN"} if number % 4 == 0 else {}),
                **({"cashier_id": "7"} if number % 5 else {}),
            )
            service.post("/sales", sent).raise_for_status()
        service.post("/sales/r9/void").raise_for_status()
        yield service


def explained(service: Service, name: str, **row: Any) -> dict[str, Any]:
    reply = service.get(f"/reports/{name}/explain", params=OCTOBER | row)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


@pytest.mark.parametrize(
    "name", [name for name in REPORTS if name not in ("idle-products", "completeness")]
)
def test_every_figure_of_every_row_is_what_its_receipts_add_up_to(sold: Service, name: str) -> None:
    options = {"by": "revenue"} if name == "top-products" else {}
    rows = sold.report(name, **OCTOBER, **options)["rows"]
    assert rows
    for row in rows:
        key = {part: row[part] for part in REPORTS[name].key}
        whole = explained(sold, name, **key, limit=1_000)
        assert whole["row"] == key
        counted = {one: row[one] for one in (*MONEY, "receipts") if one in row}
        assert {one: whole["totals"][one] for one in counted} == counted
        # The receipts themselves are those that were posted, none twice, none voided.
        ids = [one["receipt_id"] for one in whole["receipts"]]
        assert len(ids) == len(set(ids))
        assert "r9" not in ids
        sales = [one for one in whole["receipts"] if one["type"] == "sale"]
        assert len(sales) == whole["totals"]["receipts"]


def test_pages_follow_one_another(sold: Service) -> None:
    whole = explained(sold, "summary", limit=1_000)
    ids = [one["receipt_id"] for one in whole["receipts"]]
    assert len(ids) == 23
    paged, after = [], {}
    while True:
        reply = sold.get("/reports/summary/explain", params=OCTOBER | {"limit": 10} | after)
        page = reply.json()
        assert page["totals"] == whole["totals"]
        paged += [one["receipt_id"] for one in page["receipts"]]
        if "Link" not in reply.headers:
            break
        after = {"after": paged[-1]}
    assert paged == ids


def test_stores_and_weeks_narrow_it(sold: Service) -> None:
    one = explained(sold, "categories", category="Bakery", store_id=2)
    assert {receipt["store_id"] for receipt in one["receipts"]} == {2}
    week = explained(sold, "timeline", date="2026-10-05", by="week")
    days = {receipt["business_date"] for receipt in week["receipts"]}
    assert (min(days), max(days)) == ("2026-10-05", "2026-10-11")
    row = next(
        row
        for row in sold.report("timeline", **OCTOBER, by="week")["rows"]
        if row["date"] == "2026-10-05"
    )
    assert week["totals"]["revenue"] == row["revenue"]


def test_figures_as_of_an_instant_are_explained(sold: Service) -> None:
    long_ago = explained(sold, "summary", as_of="2020-01-01T00:00:00Z")
    assert long_ago["receipts"] == []
    assert long_ago["totals"]["revenue"] == "0.00"


@pytest.mark.parametrize(
    ("name", "row", "place"),
    [
        ("stores", {}, "id"),
        ("hours", {"weekday": 1}, "hour"),
        ("tills", {"till_id": "T1", "cashier_id": "7"}, "store_id"),
        ("summary", {"id": 1}, "id"),
        ("stores", {"id": 1, "tender": "card"}, "tender"),
        ("timeline", {"date": "2026-09-30"}, "date"),
        ("idle-products", {"id": 1}, "name"),
        ("stores", {"id": 1, "colour": "red"}, "colour"),
        ("stores", {"id": 1, "store_id": 99}, "store_id"),
    ],
)
def test_a_row_that_cannot_be_is_said(
    sold: Service, name: str, row: dict[str, Any], place: str
) -> None:
    reply = sold.get(f"/reports/{name}/explain", params=OCTOBER | row)
    assert (reply.status_code, reply.json()["errors"][0]["path"]) == (422, place), reply.text
    assert sold.get("/reports/nothing/explain").status_code == 404
