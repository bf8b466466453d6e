"""Every figure leads to its receipts: they add up to it, and each is shown as it stands."""

import html
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from quart_app.reports.registry import REPORTS
from tests.dashboard.test_reports import figures_of, shown
from tests.dashboard.today import count
from tests.people import enter, manager, seen
from tests.service import Service, receipt, serving, with_catalogue

AT = "2026-10-05T12:00:00+03:00"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("receipts") / "sales.db") as running:
        with_catalogue(enter(running))
        count(
            running,
            receipt(
                "one",
                till_id="T1",
                cashier_id="Ann",
                promo_code="A&B",
                tenders=[{"type": "cash", "amount": "100.00"}],
                lines=[
                    {"product_id": 1, "quantity": "2", "unit_price": "64.95", "amount": "120.00"},
                    {"product_id": 9, "quantity": "0.350", "amount": "140.00"},
                ],
            ),
            receipt("two", store_id=2, occurred_at="2026-10-05T09:30:00Z", till_id="T1"),
            receipt("back", type="return", original_receipt_id="one", reason="stale <b>"),
            receipt("gone"),
            receipt("later", occurred_at="2026-11-02T12:00:00+03:00"),
        )
        assert running.post("/sales/gone/void", {"reason": "typed twice"}).status_code == 200
        held = receipt(
            "held", store_id=2, lines=[{"product_id": 77, "quantity": "1", "amount": "1.00"}]
        )
        assert running.post("/sales", held).status_code == 202
        yield running


@pytest.fixture(scope="module")
def shops_manager(service: Service) -> str:
    return manager(service, 1)


def as_manager(service: Service, token: str, path: str) -> httpx.Response:
    return httpx.get(service.url + path, cookies={"session": token}, timeout=60)


def sum_of(text: str, name: str) -> str:
    found = re.search(rf'id="sum-{name}" value="([^"]*)"', text)
    assert found is not None, text
    return found[1]


def rows_behind(service: Service, name: str, query: str = "") -> list[tuple[str, list[str]]]:
    """The address that each row of a report leads to, and the figures of the row."""
    text = seen(service, f"/reports/{name}?{query}").text
    body = re.search(r"<tbody>(.*?)</tbody>", text, re.DOTALL)
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL):
        link = re.search(r'<a href="([^"]+/receipts[^"]*)"', row)
        found.append((html.unescape(link[1]) if link else "", re.findall(r'value="([^"]*)"', row)))
    return found


MONTH = "month=2026-10"


EXPLAINED = [name for name in REPORTS if name not in ("idle-products", "completeness")]


@pytest.mark.parametrize("name", EXPLAINED)
def test_a_row_leads_to_receipts_that_add_up_to_it(service: Service, name: str) -> None:
    rows = rows_behind(service, name, MONTH)
    assert rows
    for link, figures in rows if name != "summary" else rows[:1]:
        text = seen(service, link).text
        adds = re.findall(r'<td class="figure"><data value="([^"]*)"', text)
        revenue = sum_of(text, "revenue")
        assert sum(map(Decimal, adds)) == Decimal(revenue)
        if name not in ("tenders", "summary"):
            assert revenue in figures, (link, figures)
        for address in re.findall(r'href="(/receipts/[^"]+)"', text):
            assert seen(service, html.unescape(address)).status_code == 200


def test_steps_lead_to_their_days_and_totals_to_the_summary(service: Service) -> None:
    (link, figures), *_ = rows_behind(service, "timeline", f"{MONTH}&by=month")
    assert sum_of(seen(service, link).text, "revenue") in figures
    for name in ("stores", "tills", "categories"):
        text = seen(service, f"/reports/{name}?{MONTH}&store_id=1").text
        foot = re.search(r"<tfoot>.*?</tfoot>", text, re.DOTALL)
        link = re.search(r'href="([^"]+)"', foot[0])
        revenue = sum_of(seen(service, html.unescape(link[1])).text, "revenue")
        assert f'value="{revenue}"' in foot[0]


def test_what_was_before_leads_to_the_receipts_of_that_time(service: Service) -> None:
    assert "There is nothing" in seen(service, "/reports/summary?month=2025-11").text
    text = seen(service, "/reports/summary?month=2026-11&compare=previous&store_id=1").text
    link = re.search(r'class="before">.*?<a href="([^"]+)"><data value="([^"]*)"', text, re.DOTALL)
    behind = seen(service, html.unescape(link[1])).text
    assert "from=2026-10-01&amp;to=2026-10-" in link[1]
    assert re.search(r"<dt>Gross</dt><dd>([^<]*)", behind)[1] == f"₽{link[2]}"


def test_receipts_come_in_pages(service: Service) -> None:
    path, found = "/reports/summary/receipts?month=2026-10&limit=1", []
    while path:
        text = seen(service, path).text
        found += re.findall(r'href="/receipts/([^"]+)"', text)
        assert sum_of(text, "receipts") == "2"
        assert sum_of(text, "returns") == "1"
        after = re.search(r'href="([^"]+)" rel="next"', text)
        path = html.unescape(after[1]) if after else ""
    assert sorted(found) == ["back", "one", "two"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_receipt_is_shown_as_it_stands(service: Service, language: str) -> None:
    def page(receipt_id: str) -> str:
        return html.unescape(seen(service, f"/receipts/{receipt_id}?lang={language}").text)

    one = page("one")
    assert re.findall(r'<data value="([^"]*)"', one) == ["120.00", "140.00", "260.00"]
    assert "lines[0].amount" in one
    assert "tenders</code>" in one
    assert "A&B" in one
    assert "Ann" in one
    assert "Bread" in one
    # 09:30 by UTC is half past seven in the evening in Vladivostok.
    assert re.search("7:30|19:30", page("two"))
    back = page("back")
    assert 'href="/receipts/one"' in back
    assert "stale &lt;b&gt;" in seen(service, "/receipts/back").text
    assert "typed twice" in page("gone")
    assert ("Voided" if language == "en" else "Отменён") in page("gone")
    held = page("held")
    assert ("Held" if language == "en" else "Отложен") in held
    assert '"product_id": 77' in held


def test_a_manager_sees_no_receipt_of_another_shop(service: Service, shops_manager: str) -> None:
    for path, status in (
        ("/receipts/one", 200),
        ("/receipts/two", 403),
        ("/receipts/held", 403),
        (f"/reports/summary/receipts?{MONTH}", 200),
        (f"/reports/summary/receipts?{MONTH}&store_id=2", 403),
        (f"/reports/stores/receipts?{MONTH}&id=2", 422),
        (f"/reports/tills/receipts?{MONTH}&store_id=2&till_id=T1&cashier_id=", 403),
        (f"/reports/products/receipts?{MONTH}&id=1", 200),
        (f"/reports/stores?{MONTH}&store_id=2", 403),
        (f"/reports/stores?{MONTH}", 200),
        (f"/reports/completeness?{MONTH}", 200),
        (f"/reports/tills?{MONTH}", 200),
    ):
        reply = as_manager(service, shops_manager, path)
        assert reply.status_code == status, path
        assert reply.headers["Content-Type"].startswith("text/html")
        assert "Street 2" not in reply.text, path
        assert 'href="/receipts/two"' not in reply.text, path
        if path.endswith("receipts?" + MONTH):
            own = as_manager(service, shops_manager, f"/api/v1/reports/summary?{MONTH}").json()
            assert sum_of(reply.text, "revenue") == own["rows"][0]["revenue"]


def test_a_manager_takes_files_of_their_own_shop(service: Service, shops_manager: str) -> None:
    """Although no key was made yet, and the API is open on this machine."""
    text = as_manager(service, shops_manager, f"/reports/stores?{MONTH}").text
    for form in ("CSV", "XLSX"):
        link = re.search(rf'href="([^"]+)" download>{form}', text)
        file = as_manager(service, shops_manager, html.unescape(link[1]))
        assert file.status_code == 200
        assert form != "CSV" or ("Street 1" in file.text and "Street 2" not in file.text)


def test_a_refusal_is_a_calm_page_and_for_a_script_a_problem(
    service: Service, shops_manager: str
) -> None:
    refused = as_manager(service, shops_manager, "/receipts/two")
    assert "This is not yours to see" in refused.text
    late = httpx.post(service.url + "/me", data={"name": "N"}, headers={"Origin": service.url})
    assert (late.status_code, late.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert 'href="/sign-in"' in late.text
    live = httpx.get(service.url + "/live")
    assert live.status_code == 401
    assert live.headers["Content-Type"] == "application/problem+json"


@pytest.fixture(scope="module")
def two_months(real_months: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    database = tmp_path_factory.mktemp("months") / "sales.db"
    database.write_bytes(real_months.read_bytes())
    with serving(database) as running:
        yield enter(running)


REAL = "month=2017-11"


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("summary", ""),
        ("summary", "&compare=previous"),
        ("stores", "&compare=previous"),
        ("stores", "&store_id=367&store_id=343&compare=year"),
        ("categories", "&store_id=367"),
        ("top-products", "&by=revenue&compare=previous"),
        ("timeline", "&by=week&compare=previous"),
        ("tills", ""),
    ],
)
def test_figures_of_two_real_months_are_the_apis(
    two_months: Service, name: str, query: str
) -> None:
    rows = two_months.get(f"/reports/{name}?{REAL}{query}").json()["rows"]
    assert rows
    text = seen(two_months, f"/reports/{name}?{REAL}{query}").text
    assert shown(text, "tbody") == figures_of(name, *rows[:100])


@pytest.mark.parametrize("name", ["stores", "top-products", "timeline", "hours", "categories"])
def test_real_rows_lead_to_receipts_that_add_up(two_months: Service, name: str) -> None:
    rows = rows_behind(two_months, name, f"{REAL}&by=revenue" if "top" in name else REAL)
    for link, figures in (rows[0], rows[len(rows) // 2]):
        text = seen(two_months, link).text
        assert sum_of(text, "revenue") in figures, link
