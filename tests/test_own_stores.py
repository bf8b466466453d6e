"""Whoever may see some stores only sees nothing of the others, wherever it is asked."""

from collections.abc import AsyncIterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import pytest

from quart_app.access.acting import Actor, act_as, acting
from quart_app.app import Services
from quart_app.clock import SystemClock
from quart_app.errors import Forbidden
from quart_app.reports.models import StoresQuestion
from quart_app.reports.parameters import of_own_stores
from quart_app.reports.registry import REPORTS
from quart_app.sales.held.models import HeldListing
from quart_app.sales.models import SalesListing
from quart_app.settings import Settings
from quart_app.tills.models import TillListing
from tests.access import bearer, made_through
from tests.service import Service, receipt, serving, with_catalogue

UNKNOWN = [{"product_id": 77, "quantity": "1", "amount": "1.00"}]


def with_sales(service: Service) -> Service:
    """A counted and a held receipt in each of three stores."""
    service.post("/stores", {"id": 3, "address": "Street 3"}).raise_for_status()
    for store_id in (1, 2, 3):
        for name, sold in (("s", {}), ("h", {"lines": UNKNOWN})):
            sent = receipt(f"{store_id}-{name}", store_id=store_id, till_id="T", **sold)
            assert service.post("/sales", sent).status_code in (201, 202)
    return service


@pytest.fixture
def till(service: Service) -> dict[str, str]:
    """The key of store 2's till."""
    with_sales(service)
    manager = bearer(made_through(service, "manager"))
    return bearer(made_through(service, "till", manager, store_id=2))


def stores(found: Any) -> set[int]:
    return {one["store_id"] for one in found.json()}


def test_a_till_sees_its_own_store_alone(service: Service, till: dict[str, str]) -> None:
    for path in ("/sales", "/held-sales", "/tills"):
        assert stores(service.get(path, headers=till)) == {2}, path
        assert stores(service.get(f"{path}?store_id=2", headers=till)) == {2}
        other = service.get(f"{path}?store_id=1", headers=till)
        assert (other.status_code, other.json()["code"]) == (403, "other_store")
    for receipt_id in ("1-s", "1-h"):
        assert service.get(f"/sales/{receipt_id}", headers=till).status_code == 403
        assert service.post(f"/sales/{receipt_id}/void", headers=till).status_code == 403
    assert service.get("/sales/2-s", headers=till).json()["status"] == "counted"
    assert service.get("/sales/none", headers=till).status_code == 404


def test_a_till_sells_in_its_own_store_alone(service: Service, till: dict[str, str]) -> None:
    short = {"product_id": 1, "store_id": 1}
    for sent in (short, receipt("n", store_id=1), receipt("n", store_id=1, lines=UNKNOWN)):
        refused = service.post("/sales", sent, headers=till)
        assert (refused.status_code, refused.json()["code"]) == (403, "other_store")
    assert service.post("/sales", short | {"store_id": 2}, headers=till).status_code == 201
    numbered = {"till_id": "N", "sequence_number": 5}
    batch = [
        receipt("b-1", store_id=1, **numbered),
        receipt("b-2", store_id=2, **numbered),
        receipt("b-3", store_id=99),
    ]
    for dry_run in ("true", "false"):
        answer = service.post(f"/sales/batch?dry_run={dry_run}", batch, headers=till).json()
        assert (answer["created"], answer["rejected"], answer["held"]) == (1, 2, 0)
        first = answer["results"][0]
        assert (first["receipt_id"], first["errors"][0]["code"]) == ("b-1", "other_store")
        # Of another store's till nothing is told, least of all that it may forget something.
        assert {ack["store_id"] for ack in answer["acks"]} <= {2}
    assert service.get("/sales/b-1", headers=till).status_code == 404
    # The identity is the whole chain's still.
    taken = service.post("/sales", receipt("1-s", store_id=2), headers=till)
    assert (taken.status_code, taken.json()["code"]) == (409, "receipt_conflict")


@pytest.fixture
async def services(database: Path) -> AsyncIterator[Services]:
    with serving(database) as service:
        with_sales(with_catalogue(service))
    opened = Services(Settings(database=database), SystemClock())
    await opened.open()
    yield opened
    await opened.close()


async def test_a_person_of_two_shops_sees_these_in_every_list_and_report(
    services: Services,
) -> None:
    act_as(Actor(role="reader", name="Two shops", stores=frozenset((1, 2))))
    seen = {
        "sales": await services.sales.list(SalesListing()),
        "held": await services.held_sales.list(HeldListing()),
        "tills": await services.tills.list(TillListing()),
    }
    for name, found in seen.items():
        assert {one.store_id for one in found} == {1, 2}, name
    assert {one.store_id for one in await services.sales.list(SalesListing(store_id=2))} == {2}
    question = of_own_stores(StoresQuestion())
    assert question.store_id == (1, 2)
    assert of_own_stores(StoresQuestion(store_id=(2,))).store_id == (2,)
    table = await services.reports.answer(
        REPORTS["stores"], of_own_stores(StoresQuestion(period="this-year"))
    )
    assert {row[0] for row in table.rows} == {1, 2}
    for asked in (
        lambda: of_own_stores(StoresQuestion(store_id=(2, 3))),
        lambda: acting().require_store(3),
        lambda: acting().require_all_stores(),
    ):
        with pytest.raises(Forbidden):
            asked()
    for one in (services.sales.find("3-s"), services.sales.find("3-h")):
        with pytest.raises(Forbidden):
            await one
    with pytest.raises(Forbidden):
        await services.held_sales.discard(3, "not mine")


def test_a_person_of_no_shop_sees_none() -> None:
    def asked() -> None:
        act_as(Actor(role="reader", name="Nobody", stores=frozenset()))
        with pytest.raises(Forbidden):
            acting().within(())

    copy_context().run(asked)
