"""More held receipts than are looked at for their causes: what is counted is said as it is."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from quart_app.sales.held.causes_repository import LOOKED_AT
from tests.people import enter, manager, seen
from tests.service import Service, receipt, serving, with_catalogue

BATCH = 10_000
RUSSIAN = {"Accept-Language": "ru"}


def hold(service: Service, name: str, count: int, **members: object) -> None:
    line = {"product_id": 77, "quantity": "1", "amount": "1.00"}
    for first in range(0, count, BATCH):
        numbers = range(first, min(count, first + BATCH))
        sent = [receipt(f"{name}{i}", lines=[line], **members) for i in numbers]
        body = "\n".join(json.dumps(one) for one in sent)
        headers = {"Content-Type": "application/x-ndjson"}
        reply = service.request("POST", "/sales/batch", content=body, headers=headers)
        assert reply.status_code == 200, reply.text


@pytest.fixture
def service(database: Path) -> Iterator[Service]:
    with serving(database) as running:
        yield with_catalogue(enter(running))


def test_a_count_of_some_is_not_shown_as_one_of_all(service: Service) -> None:
    hold(service, "a", LOOKED_AT)
    whole = seen(service, "/held").text
    assert "20,000 receipts" in whole
    assert "that came first" not in whole
    hold(service, "b", 1, store_id=2)
    assert "Counted here are the 20,000 that came first." in seen(service, "/held").text
    assert "Здесь посчитаны первые 20" in seen(service, "/held", headers=RUSSIAN).text
    # A manager is told of their own shops alone: here of one receipt.
    token = manager(service, 2)
    page = httpx.get(f"{service.url}/held", cookies={"session": token}).text
    assert "that came first" not in page
    # Today says how many there are, and of which kinds; how many of each it has not looked at.
    text = re.sub("<[^>]+>", "", seen(service, "/").text)
    needed = re.sub(r"\s+", " ", text)
    assert "20,001 receipts are held and not in the figures yet" in needed
    assert "the catalogue lacks a product" in needed
    assert "the catalogue lacks a product (" not in needed
