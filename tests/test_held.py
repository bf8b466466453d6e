"""Receipts that cannot be counted yet: kept whole, once, and counted when they can be."""

import time
from typing import Any

from tests.service import Service, receipt, serving, with_catalogue

UNKNOWN = [{"product_id": 77, "quantity": "3", "unit_price": "10.00"}]
MONTH = "2026-10"


def held(service: Service, **parameters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = service.get("/held-sales", params=parameters).json()
    return found


def when_nothing_is_held(service: Service, *, left: int = 0) -> None:
    """The catalogue's news reach held receipts by themselves, a moment later."""
    for _ in range(400):
        if len(held(service)) == left:
            return
        time.sleep(0.02)
    raise AssertionError(held(service))


def revenue(service: Service) -> tuple[str, int]:
    totals = service.report("top-stores", month=MONTH)["totals"]
    return totals["revenue"], totals["receipts"]


def test_a_held_receipt_is_in_no_report_and_read_back_with_its_reasons(service: Service) -> None:
    sent = receipt("h", store_id=99, lines=[*UNKNOWN, UNKNOWN[0] | {"product_id": 78}])
    first, again = service.post("/sales", sent), service.post("/sales", sent)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert first.headers["Location"] == "/api/v1/sales/h"
    assert [(one["path"], one["code"]) for one in first.json()["reasons"]] == [
        ("store_id", "unknown_store"),
        ("lines[0].product_id", "unknown_product"),
        ("lines[1].product_id", "unknown_product"),
    ]
    [kept] = held(service)
    assert kept["reasons"] == first.json()["reasons"]
    assert kept["receipt"]["lines"][0] == UNKNOWN[0]
    assert service.get("/sales/h").json() == kept
    assert service.get(f"/held-sales/{kept['id']}").json() == kept
    assert revenue(service) == ("0.00", 0)
    assert service.get("/sales").json() == []


def test_it_is_counted_by_itself_when_the_catalogue_has_all_it_lacked(service: Service) -> None:
    sent = receipt("h", store_id=99, till_id="T1", sequence_number=1, lines=UNKNOWN)
    service.post("/sales", sent)
    service.post("/stores", {"id": 99, "address": "New"}).raise_for_status()
    time.sleep(0.2)
    assert len(held(service)) == 1
    service.client.post(
        "/products/import",
        content="id,name,price\n77,Tea,1.00\n",
        headers={"Content-Type": "text/csv"},
    ).raise_for_status()
    when_nothing_is_held(service)
    assert revenue(service) == ("30.00", 1)
    assert service.post("/sales", sent).status_code == 200
    [settled] = held(service, status="counted")
    assert settled["receipt_id"] == "h"
    assert service.get("/sales/h").json()["received_at"].startswith("20")


def test_it_is_counted_at_the_next_start_if_the_catalogue_grew_meanwhile(database: Any) -> None:
    with serving(database) as service:
        with_catalogue(service)
        service.post("/sales", receipt("h", lines=UNKNOWN))
        service.post("/products", {"id": 77, "name": "Tea", "price": "1.00"})
    with serving(database) as service:
        when_nothing_is_held(service)
        assert revenue(service) == ("30.00", 1)


def test_the_short_form_is_never_held(service: Service) -> None:
    assert service.post("/sales", {"product_id": 77, "store_id": 1}).status_code == 422
    assert held(service) == []


def test_a_conflict_keeps_each_newcomer_once(service: Service) -> None:
    service.post("/sales", receipt("c")).raise_for_status()
    for _ in range(3):
        reply = service.post("/sales", receipt("c", cashier_id="9"))
        assert (reply.status_code, reply.json()["code"]) == (409, "receipt_conflict")
    assert service.post("/sales", receipt("c", cashier_id="10")).status_code == 409
    assert [one["receipt"]["cashier_id"] for one in held(service)] == ["9", "10"]
    assert service.get("/sales/c").json()["cashier_id"] is None
    first = held(service)[0]
    retried = service.post(f"/held-sales/{first['id']}/retry").json()
    assert (retried["status"], retried["reasons"][0]["code"]) == ("held", "receipt_conflict")
    assert revenue(service) == ("129.90", 1)


def test_a_held_receipt_has_its_identity_and_its_number(service: Service) -> None:
    till = {"till_id": "T1", "sequence_number": 5}
    service.post("/sales", receipt("first", lines=UNKNOWN, **till))
    assert service.post("/sales", receipt("first", **till)).status_code == 409
    other = service.post("/sales", receipt("second", **till))
    assert other.status_code == 202
    assert [one["code"] for one in other.json()["reasons"]] == ["sequence_number_used"]
    service.post("/products", {"id": 77, "name": "Tea", "price": "1.00"})
    when_nothing_is_held(service, left=2)
    assert revenue(service) == ("30.00", 1)


def test_a_discarded_one_stays_in_the_record_and_lets_others_be_judged(service: Service) -> None:
    till = {"till_id": "T1", "sequence_number": 5}
    service.post("/sales", receipt("r", lines=UNKNOWN, **till))
    service.post("/sales", receipt("r", **till))
    service.post("/sales", receipt("s", **till))
    wrong = held(service)[0]
    assert service.request("DELETE", f"/held-sales/{wrong['id']}").status_code == 422
    gone = service.request("DELETE", f"/held-sales/{wrong['id']}", params={"reason": "a test"})
    assert (gone.json()["status"], gone.json()["discard_reason"]) == ("discarded", "a test")
    # The one with the same identity is counted; the one with the same number is still held.
    assert revenue(service) == ("129.90", 1)
    assert [one["receipt_id"] for one in held(service)] == ["s"]
    assert [one["id"] for one in held(service, status="discarded")] == [wrong["id"]]
    again = service.request("DELETE", f"/held-sales/{wrong['id']}", params={"reason": "again"})
    assert (again.status_code, again.json()["code"]) == (409, "held_settled")
    assert service.post(f"/held-sales/{wrong['id']}/retry").status_code == 409


def test_the_same_receipt_is_judged_anew_after_it_was_discarded(service: Service) -> None:
    sent = receipt("r", lines=UNKNOWN)
    service.post("/sales", sent)
    [one] = held(service)
    service.request("DELETE", f"/held-sales/{one['id']}", params={"reason": "a test"})
    assert service.get("/sales/r").status_code == 404
    assert service.post("/sales", sent).status_code == 202
    service.post("/products", {"id": 77, "name": "Tea", "price": "1.00"})
    when_nothing_is_held(service)
    assert service.get("/sales/r").json()["status"] == "counted"


def test_one_that_came_with_a_key_alone_keeps_it(service: Service) -> None:
    sent = receipt("x", lines=UNKNOWN)
    del sent["receipt_id"]
    key = {"Idempotency-Key": "k1"}
    first = service.post("/sales", sent, headers=key).json()
    assert service.post("/sales", sent, headers=key).json() == first
    assert service.post("/sales", sent | {"cashier_id": "2"}, headers=key).status_code == 409
    service.post("/products", {"id": 77, "name": "Tea", "price": "1.00"})
    when_nothing_is_held(service, left=1)
    replayed = service.post("/sales", sent, headers=key)
    assert (replayed.status_code, replayed.json()["receipt_id"]) == (200, first["receipt_id"])
    assert revenue(service) == ("30.00", 1)


def test_what_is_refused_when_it_is_judged_again_stays_held(service: Service) -> None:
    line = {"product_id": 77, "quantity": "1", "discount": "5.00"}
    service.post("/sales", receipt("d", lines=[line]))
    service.post("/products", {"id": 77, "name": "Tea", "price": "1.00"})
    for _ in range(400):
        [one] = held(service)
        if one["reasons"][0]["code"] == "discount_too_large":
            break
        time.sleep(0.02)
    assert one["reasons"][0]["path"] == "lines[0].discount"
    service.request("PATCH", "/products/77", json={"price": "6.00"}).raise_for_status()
    assert service.post(f"/held-sales/{one['id']}/retry").json()["status"] == "counted"
    assert revenue(service) == ("1.00", 1)


def test_pages_and_stores_of_the_held(service: Service) -> None:
    for number in range(5):
        service.post("/sales", receipt(f"p{number}", lines=UNKNOWN, store_id=1 + number % 2))
    page = service.get("/held-sales", params={"limit": 3})
    assert [one["receipt_id"] for one in page.json()] == ["p0", "p1", "p2"]
    assert f"after={page.json()[-1]['id']}" in page.headers["Link"]
    rest = held(service, limit=3, after=page.json()[-1]["id"])
    assert [one["receipt_id"] for one in rest] == ["p3", "p4"]
    assert [one["receipt_id"] for one in held(service, store_id=2)] == ["p1", "p3"]
    assert service.get("/held-sales/999").status_code == 404
