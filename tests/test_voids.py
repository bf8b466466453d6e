"""Voids: a receipt cancelled as if it had not been, on its own business date."""

from typing import Any

import pytest

from tests.service import Service, receipt
from tests.test_held import UNKNOWN, when_nothing_is_held


def figures(service: Service) -> dict[str, Any]:
    return {
        "stores": service.report("top-stores", month="2026-10"),
        "pieces": service.report("top-products", month="2026-10"),
        "money": service.report("top-products", month="2026-10", by="revenue"),
        "of store": service.report("top-products", month="2026-10", store_id=1),
    }


def rows(service: Service) -> dict[str, Any]:
    return {name: (one["rows"], one["totals"]) for name, one in figures(service).items()}


def test_a_voided_receipt_leaves_every_figure_as_it_was(service: Service) -> None:
    service.post("/sales", receipt("stays", discount="0.10")).raise_for_status()
    before = rows(service)
    lines = [
        {"product_id": 1, "quantity": "2", "unit_price": "64.95", "discount": "1.00"},
        {"product_id": 9, "quantity": "0.455", "amount": "182.00", "tax": "10.00"},
    ]
    service.post("/sales", receipt("gone", lines=lines, discount="3.33")).raise_for_status()
    assert rows(service) != before
    voided = service.post("/sales/gone/void", {"reason": "wrong basket"})
    assert voided.status_code == 200
    sale = voided.json()
    assert (sale["status"], sale["void_reason"]) == ("voided", "wrong basket")
    assert rows(service) == before
    assert service.get("/sales/gone").json() == sale


def test_voiding_again_changes_nothing(service: Service) -> None:
    service.post("/sales", receipt("v")).raise_for_status()
    first = service.post("/sales/v/void")
    again = service.post("/sales/v/void", {"reason": "another"})
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert "Idempotent-Replayed" not in first.headers
    assert again.json() == first.json()
    assert service.report("top-stores", month="2026-10")["rows"] == []
    # The same sale sent again does not bring it back.
    replayed = service.post("/sales", receipt("v"))
    assert (replayed.status_code, replayed.json()["status"]) == (200, "voided")


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (1, 31, True),
        # The month, less days at either end of it.
        (5, 31, True),
        (1, 20, True),
        (6, 31, False),
        # Days alone.
        (5, 7, True),
        (6, 9, False),
    ],
)
def test_a_till_whose_receipts_were_all_voided_is_shown_with_them(
    service: Service, first: int, last: int, shown: bool
) -> None:
    for number in range(2):
        sent = receipt(f"v-{number}", till_id="T9", cashier_id="7")
        service.post("/sales", sent).raise_for_status()
        service.post(f"/sales/v-{number}/void").raise_for_status()
    days = {"from": f"2026-10-{first:02d}", "to": f"2026-10-{last:02d}"}
    rows = service.report("tills", **days)["rows"]
    assert [(row["till_id"], row["receipts"], row["voids"], row["revenue"]) for row in rows] == (
        [("T9", 0, 2, "0.00")] if shown else []
    )


def test_a_void_counts_on_the_receipts_own_day(service: Service) -> None:
    sent = receipt("old", occurred_at="2026-03-31T23:30:00+03:00")
    service.post("/sales", sent).raise_for_status()
    service.post("/sales", receipt("new", occurred_at="2026-03-31T23:40:00+03:00"))
    service.post("/sales/old/void").raise_for_status()
    march = service.report("top-stores", month="2026-03")
    assert march["totals"] == {"revenue": "129.90", "receipts": 1}


def test_returns_and_voids_stand_each_by_itself(service: Service) -> None:
    back = {"type": "return", "original_receipt_id": "s"}
    service.post("/sales", receipt("s")).raise_for_status()
    service.post("/sales", receipt("b1", **back)).raise_for_status()
    # The receipt is cancelled although goods of it came back: the money given back stays counted.
    service.post("/sales/s/void").raise_for_status()
    totals = service.report("top-stores", month="2026-10")["totals"]
    assert totals == {"revenue": "-129.90", "receipts": 0}
    # A return of a voided receipt is counted as it was sent: the till gave money back.
    assert service.post("/sales", receipt("b2", **back)).status_code == 201
    assert service.report("top-stores", month="2026-10")["totals"]["revenue"] == "-259.80"
    for receipt_id in ("b1", "b2"):
        service.post(f"/sales/{receipt_id}/void").raise_for_status()
    assert service.report("top-stores", month="2026-10")["rows"] == []


def test_a_held_receipt_that_is_voided_is_counted_as_voided(service: Service) -> None:
    service.post("/sales", receipt("h", lines=UNKNOWN))
    voided = service.post("/sales/h/void", {"reason": "left"})
    assert (voided.status_code, voided.json()["status"]) == (202, "held")
    assert voided.json()["voided_at"]
    assert service.post("/sales/h/void").headers["Idempotent-Replayed"] == "true"
    service.post("/products", {"id": 77, "name": "Tea", "price": "1.00"})
    when_nothing_is_held(service)
    sale = service.get("/sales/h").json()
    assert (sale["status"], sale["void_reason"]) == ("voided", "left")
    assert service.report("top-stores", month="2026-10")["rows"] == []
    assert service.report("top-products", month="2026-10")["rows"] == []


def test_what_cannot_be_voided_is_said(service: Service) -> None:
    missing = service.post("/sales/nothing/void")
    assert (missing.status_code, missing.json()["code"]) == (404, "receipt_not_found")
    service.post("/sales", receipt("v")).raise_for_status()
    for body in ({"reason": ""}, {"colour": 1}, []):
        assert service.post("/sales/v/void", body).status_code == 422
    assert service.client.post("/sales/v/void", content=b"{").status_code in (400, 415)
    assert service.get("/sales/v").json()["status"] == "counted"
