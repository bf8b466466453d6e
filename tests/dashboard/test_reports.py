"""The pages of reports: each says what the API says, can be sorted and taken as a file."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

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


def figures_of(name: str, *rows: dict[str, Any]) -> list[str]:
    """What a page shows of rows of the API: each figure, what has changed, what was before."""
    names = [column.name for column in REPORTS[name].columns]
    beside = ("", "_change_percent", "_before")
    return [
        str(row[one + more])
        for row in rows
        for one in names
        for more in beside
        if row.get(one + more) is not None
    ]


SHOPS = {1: "Mill Lane", 2: "Harbour"}


def as_ordered(rows: list[dict[str, Any]], order: str) -> list[dict[str, Any]]:
    """Rows in the order of shops, which is that of their names on a page."""
    if order.removeprefix("-") != "store_id":
        return rows
    return sorted(rows, key=lambda row: SHOPS[row["store_id"]], reverse=order.startswith("-"))


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
        rows = as_ordered(envelope["rows"], "".join(REPORTS[name].order[:1]))
        assert shown(reply.text, "tbody") == figures_of(name, *rows)
        if REPORTS[name].key and envelope["rows"]:
            assert shown(reply.text, "tfoot") == figures_of(name, envelope["totals"])
        for address in re.findall(r'<a href="(/api/[^"]+)"', reply.text):
            assert seen(service, html.unescape(address)).status_code == 200


def test_rows_are_put_in_another_order_by_a_link(service: Service) -> None:
    text = seen(service, "/reports/stores").text
    assert re.search(
        r'aria-sort="descending"><a href="/reports/stores\?sort=revenue">Revenue', text
    )
    sorted_text = seen(service, "/reports/stores?sort=revenue").text
    assert shown(sorted_text, "tbody")[0] == "2"
    assert 'aria-sort="ascending"' in sorted_text
    assert "sort=" not in seen(service, "/reports/summary").text


@pytest.mark.parametrize("name", [one for one in REPORTS if REPORTS[one].key])
def test_every_table_can_be_put_in_the_order_of_a_column(service: Service, name: str) -> None:
    """Both ways, on the page as in the API; with what was before still beside its own row."""
    now = local_now().date()
    days = {"from": str(now - timedelta(days=2)), "to": str(now)}
    if "compare" in REPORTS[name].question.__struct_encode_fields__:
        days["compare"] = "previous"
    own = service.report(name, **days)["rows"]
    for column in (REPORTS[name].columns[0].name, REPORTS[name].columns[-1].name):
        for sort in (column, f"-{column}"):
            envelope = service.report(name, **days, sort=sort)
            rows = [row[column] for row in envelope["rows"]]
            key = [(one is not None, _as_number(one)) for one in rows]
            assert key == sorted(key, reverse=sort != column), (sort, rows)
            assert sorted(map(str, envelope["rows"])) == sorted(map(str, own))
            text = seen(service, f"/reports/{name}", params=days | {"sort": sort}).text
            ordered = as_ordered(envelope["rows"], sort)
            assert shown(text, "tbody") == figures_of(name, *ordered)
            assert f'aria-sort="{"descending" if sort != column else "ascending"}"' in text


@pytest.mark.parametrize("name", ["stores", "top-stores"])
def test_shops_are_put_in_the_order_of_the_names_that_are_shown(
    service: Service, name: str
) -> None:
    kept = {one: service.get("/stores/1").json()[one] for one in ("name", "address")}
    # By the numbers in them too: 2 before 10.
    named = {"name": "harbour 10", "address": "A Road"}
    service.request("PATCH", "/stores/1", json=named).raise_for_status()
    service.request("PATCH", "/stores/2", json={"name": "Harbour 2"}).raise_for_status()
    day = str(local_now().date())
    found = {}
    for sort in ("address", "-address"):
        text = seen(service, f"/reports/{name}?from={day}&to={day}&sort={sort}").text
        assert f'aria-sort="{"descending" if sort != "address" else "ascending"}"' in text
        body = re.search("<tbody>(.*?)</tbody>", text, re.DOTALL)
        assert body is not None
        found[sort] = re.findall("harbour 10|Harbour 2", body[1])[0]
    service.request("PATCH", "/stores/1", json=kept).raise_for_status()
    service.request("PATCH", "/stores/2", json={"name": "Harbour"}).raise_for_status()
    assert found == {"address": "Harbour 2", "-address": "harbour 10"}


def _as_number(cell: Any) -> Any:
    """A figure of the API as what it is the order of."""
    try:
        return float(cell)
    except (TypeError, ValueError):
        return cell


def test_days_in_another_order_leave_the_picture_as_it_is(service: Service) -> None:
    now = local_now().date()
    asked = f"/reports/timeline?from={now - timedelta(days=9)}&to={now}"
    drawn = [
        re.search("<figure.*?</figure>", seen(service, asked + sort).text, re.DOTALL)
        for sort in ("", "&sort=revenue", "&sort=-date")
    ]
    assert len({one[0] for one in drawn if one}) == 1
    limited = service.report("timeline", **{"from": str(now), "to": str(now)}, sort="-revenue")
    assert limited["rows"][0]["revenue"] == "1249.50"


def test_people_read_words_and_not_codes(service: Service) -> None:
    """Shops by their names, units and means of payment in the language."""
    day = str(local_now().date())
    asked = {"from": day, "to": day, "lang": "ru"}
    stores = seen(service, "/reports/stores", params=asked).text
    assert re.search(r'">Mill Lane</data></a><span class="under" title="Street 1">', stores)
    assert '<span class="name" title="Mill Lane">Mill Lane</span>' in stores
    products = seen(service, "/reports/top-products", params=asked).text
    assert '<data value="pcs">шт.</data>' in products
    tenders = seen(service, "/reports/tenders", params=asked).text
    assert '<span class="name" title="Карта">Карта</span>' in tenders
    assert re.search(r"\d,\d\d\N{NO-BREAK SPACE}%", stores)
    english = seen(service, "/reports/stores", params=asked | {"lang": "en"}).text
    assert re.search(r"\d\.\d\d%", english)


def test_the_period_stays_what_else_was_asked(service: Service) -> None:
    text = seen(service, "/reports/stores?sort=id&store_id=1&month=2026-10&to=").text
    assert 'href="/reports/stores?sort=id&amp;store_id=1&amp;period=today"' in text
    assert '<input type="hidden" name="store_id" value="1">' in text
    assert 'name="from" value="2026-10-01"' in text
    assert re.search(r'month=2026-10" aria-current="true">Oct<', text)
    # What is beside a month is a month.
    assert 'month=2026-09" rel="prev"' in text
    # Another report is of the same days and shops, and not in the order of this one.
    assert 'href="/reports/tills?store_id=1&amp;month=2026-10"' in text


def test_the_chosen_shops_are_ticked_and_others_are_looked_for(service: Service) -> None:
    text = seen(service, "/reports/summary?store_id=2&shop=mill").text
    assert re.findall(r'name="store_id" value="(\d)"( checked)?>', text) == [
        ("2", ""),
        ("2", " checked"),
        ("1", ""),
    ]
    assert "<details open>" in text
    assert "No shop is called so." in seen(service, "/reports/summary?shop=nowhere").text


def test_long_tables_have_pages(service: Service) -> None:
    products = [{"id": i, "name": f"P{i:03}", "price": "1.00"} for i in range(100, 220)]
    for product in products:
        assert service.post("/products", product).status_code == 201
    lines = [
        {"product_id": one["id"], "quantity": "1", "amount": f"{one['id']}.00"} for one in products
    ]
    count(service, sold("many", local_now() - timedelta(days=40), "1.00") | {"lines": lines})
    day = str((local_now() - timedelta(days=40)).date())
    address, found = f"/reports/products?from={day}&to={day}&sort=id", []
    while address:
        text = seen(service, html.unescape(address)).text
        found += shown(text, "tbody")[0 :: len(REPORTS["products"].columns)]
        after = re.search(r'href="([^"]+)" rel="next">More rows', text)
        address = after[1] if after else ""
        assert f"{sum(range(100, 220))}.00" in shown(text, "tfoot")
    assert found == [str(one["id"]) for one in products]
    csv = re.search(r'href="([^"]+)" download>CSV', text)
    whole = seen(service, html.unescape(csv[1])).text
    assert len(whole.splitlines()) == 121
    # Ten are ten, with no page after them.
    text = seen(service, f"/reports/top-products?from={day}&to={day}").text
    assert len(re.findall("<tr><td", text)) == 10
    assert "More rows" not in text


def test_files_are_as_the_languages_spreadsheets_read_them(service: Service) -> None:
    for language, separator in (("en", ","), ("ru", ";")):
        text = seen(service, f"/reports/stores?lang={language}").text
        csv = re.search(r'href="([^"]+)" download>CSV', text)
        file = seen(service, html.unescape(csv[1])).content.decode()
        assert file.startswith(f"\ufeffid{separator}address")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reports/nothing", 404),
        ("/reports/stores?from=2026-10-01", 422),
        ("/reports/stores?store_id=99", 422),
        ("/reports/stores?sort=nothing", 422),
        ("/reports/stores?month=2026-10&period=today", 422),
        ("/reports/stores?page=0", 422),
        ("/reports/stores?page=1&page=2", 422),
        ("/reports/nothing/receipts", 404),
        ("/reports/completeness/receipts", 422),
        ("/reports/stores/receipts", 422),
        ("/receipts/none", 404),
    ],
)
def test_what_cannot_be_answered_is_said_on_a_page(
    service: Service, path: str, status: int
) -> None:
    reply = seen(service, path)
    assert reply.status_code == status
    assert reply.headers["Content-Type"].startswith("text/html")
