"""The day a sale is of, and how far a till's clock may be off."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.service import Service, receipt, serving, with_catalogue


@pytest.mark.parametrize(
    ("occurred_at", "store_id", "business_date"),
    [
        # Late in the evening, in an offset other than the store's, at a month's last minute.
        ("2026-10-31T23:59:59+03:00", 1, "2026-10-31"),
        ("2026-10-31T20:59:59Z", 1, "2026-10-31"),
        ("2026-10-31T21:00:00Z", 1, "2026-11-01"),
        ("2026-10-31T16:59:59+03:00", 2, "2026-10-31"),
        ("2026-10-31T17:00:00+03:00", 2, "2026-11-01"),
    ],
)
def test_a_sale_is_of_the_stores_own_day(
    service: Service, occurred_at: str, store_id: int, business_date: str
) -> None:
    sent = receipt("late", occurred_at=occurred_at, store_id=store_id)
    assert service.post("/sales", sent).json()["business_date"] == business_date
    rows = service.report("top-stores", **{"from": business_date, "to": business_date})["rows"]
    assert [row["id"] for row in rows] == [store_id]


def test_mending_a_zone_counts_from_then_on(service: Service) -> None:
    late = {"occurred_at": "2026-10-31T23:30:00+03:00"}
    service.post("/sales", receipt("z-1", **late)).raise_for_status()
    service.request("PATCH", "/stores/1", json={"timezone": "Asia/Tokyo"}).raise_for_status()
    assert service.get("/sales/z-1").json()["business_date"] == "2026-10-31"
    assert service.post("/sales", receipt("z-2", **late)).json()["business_date"] == "2026-11-01"


def test_a_day_may_start_later(database: Any) -> None:
    with serving(database, day_start="04:00") as service:
        with_catalogue(service)
        night = receipt("night", occurred_at="2026-10-06T03:59:00+03:00")
        assert service.post("/sales", night).json()["business_date"] == "2026-10-05"
        assert service.post("/sales", receipt("day")).json()["business_date"] == "2026-10-05"


def test_a_clock_may_be_a_day_ahead_but_not_more(service: Service) -> None:
    def post(name: str, ahead: timedelta) -> int:
        moment = (datetime.now(UTC) + ahead).isoformat()
        return service.post("/sales", receipt(name, occurred_at=moment)).status_code

    assert post("ahead", timedelta(hours=23)) == 201
    assert post("too far", timedelta(hours=25)) == 422
    assert service.post("/sales", receipt("y2k", occurred_at="2000-01-01T00:00:00Z")).is_success
