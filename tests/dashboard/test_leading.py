"""Figures of the owner's page lead to their receipts, and what is wrong to where it is mended."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from tests.dashboard.today import count, local_now, noon_zone, sold, with_shops
from tests.people import manager, seen, token_of
from tests.service import Service, receipt, serving


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("leading") / "sales.db", timezone=noon_zone()) as running:
        with_shops(running)
        now = local_now()
        count(
            running,
            sold("one", now, "100.00"),
            sold("two", now, "20.50", store_id=2),
            sold("kilo", now, "3.25", lines=[{"product_id": 2, "quantity": "1", "amount": "3.25"}]),
            sold("gap", now, "1.00", till_id="T1", sequence_number=1),
            sold("more", now, "1.00", till_id="T1", sequence_number=4),
            sold("old", now - timedelta(days=1), "7.00"),
        )
        lines = [{"product_id": 77, "quantity": "1", "amount": "1.00"}]
        held = receipt("held", occurred_at=now.isoformat(), lines=lines)
        assert running.post("/sales", held).status_code == 202
        yield running


def of_page(service: Service, token: str, path: str) -> str:
    reply = httpx.get(service.url + path, cookies={"session": token}, timeout=60)
    assert reply.status_code == 200, reply.text
    return reply.text


def led(text: str) -> list[tuple[str, str]]:
    """Where each figure of the page leads, and what it is."""
    found = re.findall(
        r'<a class="quiet[^"]*" href="([^"]+/receipts\?[^"]+)"><data value="([^"]+)"', text
    )
    return [(html.unescape(address), value) for address, value in found]


@pytest.mark.parametrize("is_owner", [True, False])
def test_every_figure_leads_to_receipts_that_add_up_to_it(service: Service, is_owner: bool) -> None:
    token = token_of(service) if is_owner else manager(service, 1, email="one@example.com")
    figures = led(of_page(service, token, "/"))
    # Revenue, receipts and the average; each shop, each product.
    assert len(figures) == 3 + (2 if is_owner else 1) + 2
    names = ["revenue", "receipts", None] + ["revenue"] * (len(figures) - 3)
    for (address, value), name in zip(figures, names, strict=True):
        behind = of_page(service, token, address)
        if name is not None:
            assert f'id="sum-{name}" value="{value}"' in behind, (address, value)
    assert figures[0][1] == ("125.75" if is_owner else "105.25")


def test_a_day_that_is_over_leads_to_its_own_receipts(service: Service) -> None:
    day = (local_now() - timedelta(days=1)).date()
    figures = led(seen(service, f"/?day={day}").text)
    assert (figures[0][1], f"from={day}&to={day}" in figures[0][0]) == ("7.00", True)
    assert 'id="sum-revenue" value="7.00"' in seen(service, figures[0][0]).text


def test_what_is_wrong_leads_to_where_it_is_mended(service: Service) -> None:
    text = seen(service, "/").text
    needed = text.partition('id="attention"')[2].partition("</section>")[0]
    places = [html.unescape(one) for one in re.findall('<a href="([^"]+)"', needed)]
    assert "/held" in places
    assert any(place.startswith("/reports/completeness?from=") for place in places)
    for place in places:
        assert seen(service, place).status_code == 200


def test_a_mail_leads_nowhere_but_to_the_service(service: Service) -> None:
    """An address without its host is none in a mail."""
    day = local_now().date()
    found = service.get("/digest", params={"day": str(day)}).json()
    assert "receipt" in found["text"]
    assert re.findall('href="/', str(found)) == []


def test_the_day_that_is_compared_with_is_a_link(service: Service) -> None:
    before = (local_now() - timedelta(days=7)).date()
    assert f'<a href="/?day={before}">' in seen(service, "/").text
