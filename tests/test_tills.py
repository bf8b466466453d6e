"""What is known of tills: the last word, the clock, the numbers that came, acks."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quart_app.tills.numbers import Numbers
from tests.service import Service, receipt


def numbered(number: int, **members: object) -> dict[str, object]:
    return receipt(f"n-{number}", till_id="T1", sequence_number=number) | members


def test_a_till_shows_its_last_receipt_and_its_gaps(service: Service) -> None:
    for number in (5, 9, 7, 12):
        assert service.post("/sales", numbered(number)).status_code == 201
    [till] = service.get("/tills").json()
    assert (till["store_id"], till["till_id"], till["series"]) == (1, "T1", "")
    assert (till["ack_from"], till["ack_through"]) == (5, 5)
    assert till["missing"] == [
        {"first": 6, "last": 6},
        {"first": 8, "last": 8},
        {"first": 10, "last": 11},
    ]
    assert till["last_receipt_id"] == "n-12"
    for number in (10, 8, 6, 4, 3, 11):
        service.post("/sales", numbered(number)).raise_for_status()
    [till] = service.get("/tills").json()
    assert (till["ack_from"], till["ack_through"], till["missing"]) == (3, 12, [])


def test_each_series_counts_for_itself(service: Service) -> None:
    service.post("/sales", numbered(900)).raise_for_status()
    service.post("/sales", numbered(1, receipt_id="anew", series="FN2")).raise_for_status()
    service.post("/sales", numbered(7, receipt_id="other", store_id=2)).raise_for_status()
    tills = service.get("/tills").json()
    assert [(t["store_id"], t["series"], t["ack_from"], t["ack_through"]) for t in tills] == [
        (1, "", 900, 900),
        (1, "FN2", 1, 1),
        (2, "", 7, 7),
    ]
    [second] = service.get("/tills", params={"store_id": 2}).json()
    assert second["last_receipt_id"] == "other"


def test_a_till_that_numbers_nothing_is_heard_of(service: Service) -> None:
    service.post("/sales", {"product_id": 1, "store_id": 2}).raise_for_status()
    [till] = service.get("/tills").json()
    assert (till["till_id"], till["ack_from"], till["ack_through"]) == ("", None, None)
    assert till["clock_skew_s"] == 0


def test_the_clock_is_told_by_the_receipt_that_came_soonest(service: Service) -> None:
    late = numbered(1, occurred_at="2026-01-01T10:00:00Z")
    service.post("/sales", late).raise_for_status()
    [till] = service.get("/tills").json()
    assert till["clock_skew_s"] < -86_400
    assert (
        service.post("/sales", numbered(2, occurred_at="2090-01-01T10:00:00Z")).status_code == 202
    )
    [till] = service.get("/tills").json()
    assert till["clock_skew_s"] > 86_400


def test_held_and_discarded_numbers_are_here_and_rejected_ones_are_not(service: Service) -> None:
    unknown = [{"product_id": 77, "quantity": "1"}]
    service.post("/sales", numbered(1)).raise_for_status()
    assert service.post("/sales", numbered(2, lines=unknown)).status_code == 202
    assert service.post("/sales", numbered(3, lines=[])).status_code == 422
    service.post("/sales", numbered(4)).raise_for_status()
    [till] = service.get("/tills").json()
    assert (till["ack_through"], till["missing"]) == (2, [{"first": 3, "last": 3}])
    [held] = service.get("/held-sales").json()
    service.request("DELETE", f"/held-sales/{held['id']}", params={"reason": "a mistake"})
    [till] = service.get("/tills").json()
    assert till["ack_through"] == 2


@pytest.mark.parametrize("seed", range(3))
def test_numbers_in_any_order_over_http_leave_no_gap(service: Service, seed: int) -> None:
    numbers = list(range(1, 120))
    random.Random(seed).shuffle(numbers)
    for start in range(0, len(numbers), 25):
        some = numbers[start : start + 25]
        body = "\n".join(json.dumps(numbered(number)) for number in some)
        reply = service.batch(body)
        [ack] = reply["acks"]
        came = set(numbers[: start + 25])
        first = min(came)
        assert ack["ack_from"] == first
        assert set(range(first, ack["ack_through"] + 1)) <= came
        assert ack["ack_through"] + 1 not in came
    [till] = service.get("/tills").json()
    assert (till["ack_from"], till["ack_through"], till["missing"]) == (1, 119, [])


@given(st.lists(st.integers(0, 60), min_size=1))
def test_what_is_missing_is_what_never_came(arrived: list[int]) -> None:
    numbers = Numbers()
    for number in arrived:
        numbers.receive(number, number * 10)
    missing = {
        number
        for gap in numbers.gaps.values()
        for number in range(gap.first_missing, gap.last_missing + 1)
    }
    assert numbers.first == min(arrived)
    assert numbers.last == max(arrived)
    assert missing == set(range(min(arrived), max(arrived))) - set(arrived)
    for gap in numbers.gaps.values():
        assert (gap.date_before, gap.date_after) == (
            (gap.first_missing - 1) * 10,
            (gap.last_missing + 1) * 10,
        )
