"""The pages of reports and of receipts in a real browser, on the two real months."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from quart_app.reports.registry import REPORTS
from tests.browser.browser import chromium
from tests.browser.opened import DESKTOP, PHONE, WAIT_MS, keep_picture, opened, require_well_made
from tests.people import enter, token_of
from tests.service import Service, receipt, serving

expect.set_options(timeout=WAIT_MS)
MONTH = "month=2017-11"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def service(real_months: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The two months, with a receipt that disagrees with itself and one that is held."""
    database = tmp_path_factory.mktemp("months") / "sales.db"
    database.write_bytes(real_months.read_bytes())
    with serving(database) as running:
        enter(running)
        store_id = running.get("/stores").json()[0]["id"]
        product_id = running.get("/products?limit=1").json()[0]["id"]
        at = {"store_id": store_id, "occurred_at": "2017-11-24T12:00:00+03:00"}
        line = {"quantity": "2", "unit_price": "10.00", "amount": "15.00"}
        odd = receipt("odd", lines=[line | {"product_id": product_id}], **at) | {
            "tenders": [{"type": "cash", "amount": "14.00"}, {"type": "card", "amount": "0.50"}],
            "promo_code": "NOVEMBER",
        }
        assert running.post("/sales", odd).status_code == 201
        held = receipt("held", lines=[line | {"product_id": 99_999_999}], **at)
        assert running.post("/sales", held).status_code == 202
        yield running


def views() -> dict[str, str]:
    """Every page of this part, by the name of its picture."""
    compared = {
        name: "&compare=previous"
        for name, report in REPORTS.items()
        if "compare" in report.question.__struct_encode_fields__
    }
    return {
        "reports": "/reports",
        **{name: f"/reports/{name}?{MONTH}{compared.get(name, '')}" for name in REPORTS},
        "looking": f"/reports/stores?{MONTH}&store_id=367&shop=3",
        "behind": "/reports/stores/receipts?from=2017-11-04&to=2017-11-05&id=367",
        "receipt": "/receipts/odd",
        "held": "/receipts/held",
    }


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_every_view_is_well_made(
    browser: Browser, service: Service, size: tuple[int, int], language: str, long: bool
) -> None:
    """In the short form each language at one size, since a look at a long table takes long."""
    if not long and (size == PHONE) != (language == "ru"):
        pytest.skip("in the long form (--long)")
    token = token_of(service)
    url = f"{service.url}/me"
    with opened(browser, url, token=token, size=size, language=language) as page:
        for name, path in views().items():
            page.goto(service.url + path)
            expect(page.locator("html")).to_have_attribute("lang", language)
            require_well_made(page)
            keep_picture(page, f"report-{name}-{language}-{size[0]}")


def test_in_the_dark(browser: Browser, service: Service) -> None:
    url = f"{service.url}/reports/stores?{MONTH}&compare=previous"
    with opened(browser, url, token=token_of(service), scheme="dark") as page:
        require_well_made(page)
        keep_picture(page, "report-stores-dark")


def test_from_today_to_a_receipt_without_scripts(browser: Browser, service: Service) -> None:
    url = f"{service.url}/?day=2017-11-24"
    with opened(browser, url, token=token_of(service), scripts=False, size=PHONE) as page:
        page.get_by_role("link", name="Reports").click()
        page.get_by_role("link", name="Best shops").click()
        # On a phone the figures come first, and what is chosen is a line above them.
        expect(page.get_by_label("From")).to_be_hidden()
        page.get_by_text("Change").click()
        page.get_by_label("From").fill("2017-11-20")
        page.get_by_label("to", exact=True).fill("2017-11-24")
        page.get_by_role("button", name="Show").first.click()
        expect(page).to_have_url(re.compile("/reports/top-stores.from=2017-11-20&to=2017-11-24$"))
        page.get_by_text("Change").click()
        page.get_by_role("link", name="the period before").last.click()
        expect(page).to_have_url(re.compile("compare=previous"))
        row = page.locator("table.report tbody tr").first
        revenue = row.locator("td").nth(2).locator("data").first.get_attribute("value")
        row.get_by_role("link").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Receipts")
        assert page.locator("#sum-revenue").get_attribute("value") == revenue
        line = page.locator("table.report tbody tr").first
        amount = line.locator("data").get_attribute("value")
        line.get_by_role("link").click()
        assert page.locator("tfoot data").get_attribute("value") == amount
        page.get_by_role("link", name="RU").click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")


def test_shops_are_chosen_by_ticks(browser: Browser, service: Service) -> None:
    """With 457 of them, found by what is typed."""
    url = f"{service.url}/reports/summary?{MONTH}"
    with opened(browser, url, token=token_of(service), scripts=False) as page:
        page.locator(".picker details summary").click()
        page.get_by_label("Look for a shop").fill("367")
        page.get_by_label("Look for a shop").press("Enter")
        page.get_by_role("checkbox").first.check()
        page.locator(".shops-form button").click()
        expect(page).to_have_url(re.compile("store_id=367"))
        shown = page.locator("table.report data").first.get_attribute("value")
        asked = service.report("summary", month="2017-11", store_id=367)
        assert shown == asked["rows"][0]["gross"]


def test_it_is_printed_without_what_cannot_be_clicked(browser: Browser, service: Service) -> None:
    url = f"{service.url}/reports/tenders?{MONTH}"
    with opened(browser, url, token=token_of(service)) as page:
        page.emulate_media(media="print")
        for hidden in (".top", ".side", ".picker"):
            expect(page.locator(hidden)).to_be_hidden()
        expect(page.locator("table.report")).to_be_visible()
        sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
        assert sheets == 1
