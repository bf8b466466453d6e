"""Counting each receipt once for ever, however it is sent again."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.service import Service, receipt, serving, with_catalogue

LINE = {"product_id": 1, "quantity": "1", "amount": "10.00"}


def codes(reply: Any) -> list[tuple[str, str]]:
    return [(fault["path"], fault["code"]) for fault in reply.json()["errors"]]


def revenue(service: Service) -> tuple[str, int]:
    totals = service.report("top-stores", month="2026-10")["totals"]
    return totals["revenue"], totals["receipts"]


def test_the_short_form_twice_is_two_sales_unless_a_key_says_it_is_one(service: Service) -> None:
    short = {"product_id": 1, "store_id": 1, "occurred_at": "2026-10-05T12:00:00Z"}
    assert [service.post("/sales", short).status_code for _ in range(2)] == [201, 201]
    key = {"Idempotency-Key": "a key of the till's"}
    first = service.post("/sales", short, headers=key)
    again = service.post("/sales", short, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert revenue(service) == ("194.85", 3)
    other = service.post("/sales", short | {"quantity": 2}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "receipt_conflict")


@pytest.mark.parametrize(
    "again",
    [
        {"store_id": 1},
        {"lines": [{"quantity": 2, "unit_price": 64.95, "product_id": 1}]},
        {"lines": [{"product_id": 1, "quantity": "2.0", "unit_price": "64.95", "tax": None}]},
        {"occurred_at": "2026-10-05T09:00:00Z"},
        {"occurred_at": "2026-10-05T18:00:00.000+09:00"},
    ],
)
def test_the_same_receipt_written_otherwise_is_the_same(
    service: Service, again: dict[str, Any]
) -> None:
    first = service.post("/sales", receipt("same"))
    replay = service.post("/sales", dict(reversed((receipt("same") | again).items())))
    assert (first.status_code, replay.status_code) == (201, 200), replay.text
    assert replay.json() == first.json()
    assert replay.headers["Idempotent-Replayed"] == "true"
    assert revenue(service) == ("129.90", 1)


@pytest.mark.parametrize(
    "again",
    [
        {"store_id": 2},
        {"type": "sale"},
        {"type": "return"},
        {"discount": "0.00"},
        {"occurred_at": "2026-10-05T12:00:01+03:00"},
        {"lines": [LINE]},
        {"till_id": "T1"},
    ],
)
def test_the_same_identity_with_other_content_is_a_conflict(
    service: Service, again: dict[str, Any]
) -> None:
    first = service.post("/sales", receipt("same")).json()
    other = service.post("/sales", receipt("same") | again)
    assert (other.status_code, other.json()["code"]) == (409, "receipt_conflict")
    assert service.get("/sales/same").json() == first
    assert revenue(service) == ("129.90", 1)


def test_a_replay_years_later_and_after_a_restart_is_still_the_same(database: Any) -> None:
    key = {"Idempotency-Key": "k"}
    with serving(database) as service:
        first = with_catalogue(service).post("/sales", receipt("old"), headers=key).json()
        # What the catalogue says now has no part in what was sent then.
        service.request("PATCH", "/products/1", json={"price": "1.00"}).raise_for_status()
        service.request("PATCH", "/stores/1", json={"timezone": "Asia/Tokyo"}).raise_for_status()
    with serving(database) as service:
        for headers in (None, key):
            replay = service.post("/sales", receipt("old"), headers=headers)
            assert (replay.status_code, replay.json()) == (200, first)
        assert revenue(service) == ("129.90", 1)


def test_where_both_identities_are_sent_both_hold(service: Service) -> None:
    def post(name: str, key: str | None) -> int:
        headers = {} if key is None else {"Idempotency-Key": key}
        return service.post("/sales", receipt(name), headers=headers).status_code

    assert post("a", None) == 201
    # The key comes with the replay, and holds from then on.
    assert post("a", "k1") == 200
    assert post("b", "k1") == 409
    assert post("b", "k2") == 201
    assert post("a", "k2") == 409
    assert post("a", "k1") == 200
    assert revenue(service) == ("259.80", 2)


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_cannot_be_is_refused(shared_service: Service, key: str) -> None:
    reply = shared_service.post("/sales", receipt("key"), headers={"Idempotency-Key": key})
    assert reply.status_code == 422
    assert codes(reply) == [("Idempotency-Key", "wrong_value")]


def test_two_keys_at_once_are_refused(shared_service: Service) -> None:
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    reply = shared_service.client.post("/sales", json=receipt("two"), headers=headers)
    assert codes(reply) == [("Idempotency-Key", "repeated_header")]


def test_copies_sent_at_once_are_counted_once(service: Service) -> None:
    with ThreadPoolExecutor(16) as pool:
        replies = list(
            pool.map(lambda i: service.post("/sales", receipt(f"c-{i % 5}")), range(100))
        )
    assert sorted(reply.status_code for reply in replies) == [200] * 95 + [201] * 5
    assert revenue(service) == ("649.50", 5)


def test_a_till_uses_a_number_once_and_may_start_anew_with_a_series(service: Service) -> None:
    till = {"till_id": "T1", "sequence_number": 7}
    assert service.post("/sales", receipt("n-1", **till)).status_code == 201
    again = service.post("/sales", receipt("n-2", **till))
    assert (again.status_code, again.json()["status"]) == (202, "held")
    [reason] = again.json()["reasons"]
    assert (reason["path"], reason["code"]) == ("sequence_number", "sequence_number_used")
    assert "n-1" in reason["detail"]
    assert service.post("/sales", receipt("n-5", **till, series="FN2")).status_code == 201
    assert service.post("/sales", receipt("n-3", **till | {"till_id": "T2"})).status_code == 201
    assert service.post("/sales", receipt("n-4", **till, store_id=2)).status_code == 201
