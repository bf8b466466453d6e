"""Identities, keys and numbers of held receipts: what is kept of them when one is given up."""

import sqlite3
import time
from contextlib import closing
from typing import Any

from tests.service import Service, receipt


def held_contents(service: Service, receipt_id: str) -> list[str]:
    """The cashiers of what is held under an identity: each content here has its own."""
    found = service.get("/held-sales", params={"limit": 1_000}).json()
    return [one["receipt"]["cashier_id"] for one in found if one["receipt_id"] == receipt_id]


def waiting(receipt_id: str, cashier: str, product_id: int, **members: Any) -> dict[str, Any]:
    """A receipt of a product that is not in the catalogue."""
    line = {"product_id": product_id, "quantity": "1", "unit_price": "1.00"}
    return receipt(receipt_id, cashier_id=cashier, lines=[line], **members)


def held_id(service: Service, cashier: str) -> int:
    found = service.get("/held-sales", params={"limit": 1_000}).json()
    (one,) = [one["id"] for one in found if one["receipt"]["cashier_id"] == cashier]
    return int(one)


def discard(service: Service, cashier: str) -> None:
    reply = service.request(
        "DELETE", f"/held-sales/{held_id(service, cashier)}", params={"reason": "a test"}
    )
    assert reply.status_code == 200, reply.text


def product(service: Service, product_id: int) -> None:
    sent = {"id": product_id, "name": f"New {product_id}", "price": "1.00"}
    assert service.post("/products", sent).status_code == 201


def becomes_counted(service: Service, receipt_id: str) -> bool:
    """Whether it is counted by itself within a while."""
    for _ in range(100):
        if service.get(f"/sales/{receipt_id}").json()["status"] == "counted":
            return True
        time.sleep(0.05)
    return False


def test_a_newcomer_by_its_key_is_judged_by_itself_when_it_comes_alone(service: Service) -> None:
    key = {"Idempotency-Key": "key-1"}
    assert service.post("/sales", receipt("N-1"), headers=key).status_code == 201
    late = waiting("N-2", "late", 50)
    assert service.post("/sales", late, headers=key).status_code == 409
    assert service.post("/sales", late).status_code == 202
    assert held_contents(service, "N-2") == ["late"]
    product(service, 50)
    assert becomes_counted(service, "N-2")
    # The same where nothing is lacking: what is counted is held no more.
    good = receipt("N-3", cashier_id="good")
    assert service.post("/sales", good, headers=key).status_code == 409
    assert held_contents(service, "N-3") == ["good"]
    assert service.post("/sales", good).status_code == 201
    assert held_contents(service, "N-3") == []


def test_both_in_one_batch_are_one_copy(service: Service) -> None:
    key = {"Idempotency-Key": "key-2"}
    assert service.post("/sales", receipt("B-1"), headers=key).status_code == 201
    late = waiting("B-2", "late", 60)
    assert service.post("/sales", late, headers=key).status_code == 409
    told = service.post("/sales/batch", [late, late]).json()["results"]
    assert [one["status"] for one in told] == ["held", "held"]
    assert held_contents(service, "B-2") == ["late"]
    product(service, 60)
    assert becomes_counted(service, "B-2")


def test_a_key_that_comes_later_is_kept_of_a_held_one_too(service: Service) -> None:
    late = waiting("K-1", "late", 51)
    assert service.post("/sales", late).status_code == 202
    key = {"Idempotency-Key": "key-3"}
    assert service.post("/sales", late, headers=key).status_code == 202
    assert service.post("/sales", receipt("K-2"), headers=key).status_code == 409


def test_who_wanted_the_key_of_a_discarded_one_is_judged_again(service: Service) -> None:
    key = {"Idempotency-Key": "key-4"}
    assert service.post("/sales", waiting("D-1", "first", 52), headers=key).status_code == 202
    assert service.post("/sales", receipt("D-2", cashier_id="two"), headers=key).status_code == 409
    discard(service, "first")
    assert service.get("/sales/D-2").json()["status"] == "counted"


def test_every_key_that_a_held_receipt_came_with_is_its_own(service: Service) -> None:
    sent = waiting("K-1", "keys", 60)
    for key in ("one", "two", "three"):
        headers = {"Idempotency-Key": key}
        assert service.post("/sales", sent, headers=headers).status_code == 202
    for key in ("one", "two", "three"):
        headers = {"Idempotency-Key": key}
        assert service.post("/sales", receipt(f"K-{key}"), headers=headers).status_code == 409
    product(service, 60)
    assert becomes_counted(service, "K-1")
    for key in ("one", "two", "three"):
        headers = {"Idempotency-Key": key}
        assert service.post("/sales", sent, headers=headers).status_code == 200
        assert service.post("/sales", receipt(f"L-{key}"), headers=headers).status_code == 409


def test_a_repetition_with_a_wrong_key_is_not_held_beside_what_is_counted(service: Service) -> None:
    key = {"Idempotency-Key": "key-5"}
    assert service.post("/sales", receipt("W-1"), headers=key).status_code == 201
    assert service.post("/sales", receipt("W-2", cashier_id="two")).status_code == 201
    reply = service.post("/sales", receipt("W-2", cashier_id="two"), headers=key)
    assert reply.status_code == 409
    assert held_contents(service, "W-2") == []


def test_two_that_want_a_number_do_not_wait_for_each_other(service: Service) -> None:
    """Of an heir and one that lost the number to the one before, the number is whose came first."""
    number = {"till_id": "T1", "sequence_number": 5}
    assert service.post("/sales", waiting("T-1", "first", 53, **number)).status_code == 202
    assert service.post("/sales", waiting("T-1", "heir", 54, **number)).status_code == 409
    assert service.post("/sales", waiting("T-2", "other", 53, **number)).status_code == 202
    discard(service, "first")
    product(service, 53)
    product(service, 54)
    assert becomes_counted(service, "T-1")
    states = [service.get(f"/sales/{one}").json()["status"] for one in ("T-1", "T-2")]
    assert states == ["counted", "held"], states


def test_a_key_that_came_later_goes_to_the_next_that_wants_it(service: Service) -> None:
    """A held receipt is given up that first came without the key it has."""
    key = {"Idempotency-Key": "later"}
    gone = waiting("P-1", "gone", 58)
    assert service.post("/sales", gone).status_code == 202
    assert service.post("/sales", gone, headers=key).status_code == 202
    heir = receipt("P-2", cashier_id="heir")
    assert service.post("/sales", heir, headers=key).status_code == 409
    discard(service, "gone")
    assert becomes_counted(service, "P-2")
    assert service.post("/sales", heir, headers=key).status_code == 200


def test_an_heir_that_came_first_has_its_number_before_one_that_is_held(service: Service) -> None:
    number = {"till_id": "T1", "sequence_number": 5}
    first = waiting("H-1", "first", 56, till_id="T1", sequence_number=4)
    assert service.post("/sales", first).status_code == 202
    assert service.post("/sales", waiting("H-1", "heir", 56, **number)).status_code == 409
    other = service.post("/sales", waiting("H-2", "other", 57, **number)).json()
    assert [one["code"] for one in other["reasons"]] == ["unknown_product"]
    discard(service, "first")
    product(service, 57)
    product(service, 56)
    assert becomes_counted(service, "H-1")
    reasons = service.get("/sales/H-2").json()["reasons"]
    assert [one["code"] for one in reasons] == ["sequence_number_used"]


def test_one_voided_while_it_was_held_keeps_its_products(service: Service) -> None:
    assert service.post("/sales", waiting("V-1", "late", 55)).status_code == 202
    assert service.post("/sales/V-1/void").status_code == 202
    product(service, 55)
    for _ in range(100):
        if service.get("/sales/V-1").json()["status"] == "voided":
            break
        time.sleep(0.05)
    assert service.request("DELETE", "/products/55").status_code == 204
    assert service.get("/products/55").json()["archived"] is True
    kept = service.get("/sales/V-1").json()
    assert [line["product_id"] for line in kept["lines"]] == [55]
    assert service.report("top-products", month="2026-10", by="revenue")["rows"] == []
    with closing(sqlite3.connect(service.database)) as connection:
        for table in ("till_day_totals", "till_month_totals"):
            sql = f"SELECT receipts, voids FROM {table}"
            assert connection.execute(sql).fetchall() == [(0, 1)]


def test_a_void_stays_with_its_own_receipt_when_another_of_its_id_is_judged_too(
    service: Service,
) -> None:
    number, key = {"till_id": "T1", "sequence_number": 5}, {"Idempotency-Key": "shared"}
    gone = service.post("/sales", waiting("G-1", "gone", 70, **number), headers=key)
    assert gone.status_code == 202
    mine = receipt("G-2", cashier_id="mine", **number)
    assert service.post("/sales", mine).status_code == 202
    assert service.post("/sales/G-2/void").status_code == 202
    other = service.post("/sales", receipt("G-2", cashier_id="other"), headers=key)
    assert other.status_code == 409
    discard(service, "gone")
    assert service.get("/sales/G-2").json()["status"] == "voided"
    assert service.report("top-stores", month="2026-10")["rows"] == []
