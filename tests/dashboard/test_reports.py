"""The pages of reports: each says what the API says, can be sorted and taken as a file."""

import html
import re
from collections.abc import Iterator

import pytest

from quart_app.reports.registry import REPORTS
from tests.dashboard.today import count, local_now, noon_zone, sold, with_shops
from tests.people import seen
from tests.service import Service, serving


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("reports") / "sales.db", timezone=noon_zone()) as running:
        with_shops(running)
        count(
            running,
            sold("one", local_now(), "1234.50", promo_code="A&B", till_id="T1"),
            sold("two", local_now(), "20.00", store_id=2, tenders=[{"type": "card", "amount": 20}]),
            sold("back", local_now(), "5.00", type="return"),
        )
        yield running


def shown(text: str, part: str) -> list[str]:
    """The exact figures of a part of the table."""
    inside = re.search(rf"<{part}>(.*?)</{part}>", text, re.DOTALL)
    found = re.findall(r'<data value="([^"]*)"', inside[1]) if inside else []
    return [html.unescape(one) for one in found]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", list(REPORTS))
def test_a_page_says_what_the_api_says(service: Service, name: str, language: str) -> None:
    day = str(local_now().date())
    for more in ({}, {"compare": "previous"}):
        if more and "compare" not in REPORTS[name].question.__struct_encode_fields__:
            continue
        asked = {"from": day, "to": day, **more}
        envelope = service.report(name, **asked)
        reply = seen(service, f"/reports/{name}", params=asked | {"lang": language})
        assert reply.status_code == 200, reply.text
        cells = [cell for row in envelope["rows"] for cell in row.values() if cell is not None]
        assert shown(reply.text, "tbody") == [str(cell) for cell in cells]
        if REPORTS[name].key and cells:
            assert sorted(shown(reply.text, "tfoot")) == sorted(
                str(sum_) for sum_ in envelope["totals"].values() if sum_ is not None
            )
        for address in re.findall(r'<a href="(/api/[^"]+)"', reply.text):
            assert seen(service, html.unescape(address)).status_code == 200


def test_rows_are_put_in_another_order_by_a_link(service: Service) -> None:
    text = seen(service, "/reports/stores").text
    assert re.search(r'aria-sort="descending"><a href="\?sort=revenue">Revenue', text)
    sorted_text = seen(service, "/reports/stores?sort=revenue").text
    assert shown(sorted_text, "tbody")[0] == "2"
    assert 'aria-sort="ascending"' in sorted_text
    assert "sort=" not in seen(service, "/reports/timeline").text


def test_the_period_stays_what_else_was_asked(service: Service) -> None:
    text = seen(service, "/reports/stores?sort=id&store_id=1&month=2026-10&to=").text
    assert 'href="/reports/stores?sort=id&amp;store_id=1&amp;period=today"' in text
    assert '<input type="hidden" name="store_id" value="1">' in text
    assert 'name="from" value="2026-10-01"' in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reports/nothing", 404),
        ("/reports/stores?from=2026-10-01", 422),
        ("/reports/stores?store_id=99", 422),
        ("/reports/stores?sort=nothing", 422),
        ("/reports/stores?month=2026-10&period=today", 422),
    ],
)
def test_what_cannot_be_answered_is_said_on_a_page(
    service: Service, path: str, status: int
) -> None:
    reply = seen(service, path)
    assert reply.status_code == status
    assert reply.headers["Content-Type"].startswith("text/html")
