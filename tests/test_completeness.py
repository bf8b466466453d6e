"""What figures lack: held receipts, numbers that never came, tills that are silent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.service import Service, receipt
from tests.test_held import UNKNOWN

NOTHING = {"held": 0, "missing_receipts": 0, "silent_tills": []}


def lacking(service: Service, **parameters: Any) -> dict[str, Any]:
    completeness: dict[str, Any] = service.report("top-stores", **parameters)["completeness"]
    return completeness


def test_what_is_held_is_lacking_in_its_own_period_and_store(service: Service) -> None:
    service.post("/sales", receipt("h", lines=UNKNOWN))
    assert lacking(service, month="2026-10")["held"] == 1
    assert lacking(service, month="2026-10", store_id=1)["held"] == 1
    assert lacking(service, month="2026-10", store_id=2) == NOTHING
    assert lacking(service, month="2026-09") == NOTHING
    service.post("/products", {"id": 77, "name": "Tea", "price": "1.00"}).raise_for_status()
    [one] = service.get("/held-sales").json() or [None]
    if one is not None:
        service.post(f"/held-sales/{one['id']}/retry")
    assert lacking(service, month="2026-10") == NOTHING


def test_one_dated_ahead_of_time_is_lacking_on_the_day_it_came(service: Service) -> None:
    service.post("/sales", receipt("ahead", occurred_at="2090-01-01T00:00:00Z"))
    assert lacking(service, period="today")["held"] == 1
    assert lacking(service, month="2090-01") == NOTHING


def test_missing_numbers_lie_between_the_days_around_them(service: Service) -> None:
    for number, day in ((1, "2026-09-30"), (5, "2026-10-02"), (7, "2026-10-02")):
        sent = receipt(f"n{number}", till_id="T1", sequence_number=number)
        service.post("/sales", sent | {"occurred_at": f"{day}T12:00:00+03:00"})
    assert lacking(service, month="2026-09")["missing_receipts"] == 3
    assert lacking(service, month="2026-10")["missing_receipts"] == 4
    one_day = {"from": "2026-10-01", "to": "2026-10-01"}
    assert lacking(service, **one_day)["missing_receipts"] == 3
    assert lacking(service, month="2026-10", store_id=2) == NOTHING
    for number in (2, 3, 4, 6):
        service.post("/sales", receipt(f"n{number}", till_id="T1", sequence_number=number))
    assert lacking(service, month="2026-10") == NOTHING


@pytest.fixture
def noon(service: Service) -> tuple[Service, datetime]:
    """A store 3 where it is about noon now, and that moment."""
    now = datetime.now(UTC)
    hours = 12 - now.hour
    zone = f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"
    service.post("/stores", {"id": 3, "address": "Noon", "timezone": zone}).raise_for_status()
    return service, now


def sell(service: Service, name: str, at: datetime, **members: Any) -> None:
    moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    sent = receipt(name, store_id=3, till_id="T1", occurred_at=moment) | members
    assert service.post("/sales", sent).status_code in (201, 202)


def silent(service: Service, first: datetime, last: datetime, **more: Any) -> list[dict[str, Any]]:
    days = {"from": f"{first:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}"}
    found: list[dict[str, Any]] = lacking(service, **days, **more)["silent_tills"]
    return found


def weeks_before(at: datetime, weeks: int) -> datetime:
    return at - timedelta(weeks=weeks)


def test_a_till_is_silent_by_this_hour(noon: tuple[Service, datetime]) -> None:
    service, now = noon
    for week in (1, 2):
        sell(service, f"w{week}", weeks_before(now, week) - timedelta(minutes=5))
    # Later in its day: by this hour it had sent nothing.
    sell(service, "w3", weeks_before(now, 3) + timedelta(hours=1))
    today = now + timedelta(hours=12 - now.hour)
    assert silent(service, today, today) == []
    sell(service, "w4", weeks_before(now, 4) - timedelta(minutes=5))
    expected = [{"store_id": 3, "till_id": "T1", "days": [f"{today:%Y-%m-%d}"]}]
    assert silent(service, today, today) == expected
    assert silent(service, today, today, store_id=3) == expected
    assert silent(service, today, today, store_id=1) == []
    assert silent(service, weeks_before(today, 1), weeks_before(today, 1)) == []
    sell(service, "now", now - timedelta(minutes=1))
    assert silent(service, today, today) == []


def test_a_day_gone_by_is_silent_until_its_receipts_come(noon: tuple[Service, datetime]) -> None:
    service, now = noon
    day = now + timedelta(hours=12 - now.hour) - timedelta(days=2)
    moment = now - timedelta(days=2)
    for week in (1, 2, 4):
        sell(service, f"w{week}", weeks_before(moment, week) + timedelta(hours=3))
    assert [one["days"] for one in silent(service, day, day)] == [[f"{day:%Y-%m-%d}"]]
    # A receipt that is held was sent all the same.
    sell(service, "late", moment, lines=UNKNOWN)
    assert silent(service, day, day) == []


def test_a_voided_receipt_was_sent_and_a_closed_shop_is_not_silent(
    noon: tuple[Service, datetime],
) -> None:
    service, now = noon
    day = now + timedelta(hours=12 - now.hour) - timedelta(days=2)
    moment = now - timedelta(days=2)
    for week in (1, 2, 3):
        sell(service, f"w{week}", weeks_before(moment, week))
        service.post(f"/sales/w{week}/void").raise_for_status()
    assert len(silent(service, day, day)) == 1
    service.request("PATCH", "/stores/3", json={"archived": True}).raise_for_status()
    assert silent(service, day, day) == []
