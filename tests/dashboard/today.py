"""Days to test with: a zone in which it is about noon whenever the tests run."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from tests.people import enter
from tests.service import Service, receipt


def noon_offset() -> int:
    """Hours ahead of UTC at which the clock shows twelve now: at least -9, at most 14."""
    ahead = 12 - datetime.now(UTC).hour
    return ahead if ahead >= -9 else ahead + 24


def noon_zone(earlier: int = 0) -> str:
    """The name of that zone, or of one whose clock is some hours behind it."""
    ahead = noon_offset() - earlier
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def local_now(earlier: int = 0) -> datetime:
    return datetime.now(timezone(timedelta(hours=noon_offset() - earlier)))


def sold(receipt_id: str, at: datetime, amount: str, **members: Any) -> dict[str, Any]:
    """A receipt of one piece of product 1."""
    line = {"product_id": 1, "quantity": "1", "amount": amount}
    return receipt(receipt_id, occurred_at=at.isoformat(), lines=[line]) | members


def with_shops(service: Service, *, behind: int = 0) -> Service:
    """Two shops, the second by a clock some hours behind, two products, and an owner signed in."""
    return with_catalogue(enter(service), behind=behind)


def with_catalogue(service: Service, *, behind: int = 0) -> Service:
    """The shops and products alone."""
    for store_id, zone, name in ((1, noon_zone(), "Mill Lane"), (2, noon_zone(behind), "Harbour")):
        store = {"id": store_id, "address": f"Street {store_id}", "name": name, "timezone": zone}
        assert service.post("/stores", store).status_code == 201
    for product in (
        {"id": 1, "name": "Bread <b>", "price": "64.95"},
        {"id": 2, "name": "Cheese", "price": "400.00", "unit": "kg"},
    ):
        assert service.post("/products", product).status_code == 201
    return service


def count(service: Service, *receipts: dict[str, Any]) -> None:
    """Post receipts that must be counted."""
    for one in receipts:
        reply = service.post("/sales", one)
        assert reply.status_code == 201, reply.text
