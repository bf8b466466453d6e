"""What is put on paper: a view of a small chain is one sheet, black on white, with nothing cut."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from quart_app.reports.registry import REPORTS
from tests.browser.browser import chromium
from tests.browser.opened import opened
from tests.dashboard.today import local_now, noon_zone
from tests.people import enter, token_of
from tests.service import Service, serving

SHOPS, DAYS = 12, 31
GOODS = ("products", "abc", "idle-products")
"""Long lists of goods are on as many sheets as they need."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Twelve shops with two months of days, at every hour of the week, and something held."""
    with serving(tmp_path_factory.mktemp("printing") / "s.db", timezone=noon_zone()) as running:
        enter(running)
        for number in range(1, SHOPS + 1):
            store = {"id": number, "address": f"{number} Long Harbour Street, Port Ellery"}
            store |= {"name": f"Harbour Street {number}", "timezone": noon_zone()}
            running.post("/stores", store).raise_for_status()
        for number in range(1, 19):
            product = {"id": number, "name": f"Product of kind {number}", "price": "12.50"}
            product |= {"category": f"Drugstore & general goods {number}"}
            running.post("/products", product).raise_for_status()
        assert running.post("/sales/batch", trade()).status_code == 200
        yield running


def trade() -> list[dict[str, object]]:
    now = local_now()
    found: list[dict[str, object]] = []
    for number in range(2 * DAYS * 24):
        store_id = number % SHOPS + 1
        line = {"product_id": number % 18 + 1, "quantity": "3", "amount": f"{51234 + number}.56"}
        line |= {"discount": f"{1034 + number}.20", "tax": f"{2034 + number}.20"}
        found.append(
            {
                "receipt_id": f"{store_id}-T1-{number}",
                "store_id": store_id,
                "till_id": "T1",
                "cashier_id": "Ann",
                "type": "return" if number % 24 == 7 else "sale",
                "promo_code": f"CODE{number % 9}",
                "occurred_at": (now - timedelta(hours=number)).isoformat(),
                "lines": [line],
                "tenders": [{"type": "card", "amount": line["amount"]}],
            }
        )
    found[5]["lines"] = [{"product_id": 99, "quantity": "1", "amount": "1.00"}]
    return found


def sheets_of(page: Page) -> int:
    return int(page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n"))


@pytest.mark.parametrize(("language", "scheme"), [("ru", "dark"), ("en", "light")])
def test_each_view_is_one_sheet(
    browser: Browser, service: Service, language: str, scheme: str
) -> None:
    day = local_now().date() - timedelta(days=1)
    month = f"from={day - timedelta(days=DAYS - 2)}&to={day}"
    views = ["/", f"/?day={day}", f"/reports/stores?{month}&compare=previous"]
    views += [f"/reports/timeline?from={day - timedelta(days=DAYS - 1)}&to={day}&compare=previous"]
    views += [f"/reports/{name}?{month}" for name in REPORTS if name not in GOODS]
    token = token_of(service)
    with opened(browser, service.url, token=token, language=language, scheme=scheme) as page:
        for view in views:
            page.goto(service.url + view)
            assert sheets_of(page) == 1, view
            page.emulate_media(media="print")
            style = "getComputedStyle(document.body)"
            colours = page.evaluate(f"[{style}.color, {style}.backgroundColor]")
            assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
            page.emulate_media(media="null")


def test_a_month_beside_another_is_no_wider_than_its_sheet(
    browser: Browser, service: Service
) -> None:
    """Each day has what it was, the change and what was before, one below the other."""
    day = local_now().date() - timedelta(days=1)
    asked = f"from={day - timedelta(days=DAYS - 1)}&to={day}&compare=previous"
    url = f"{service.url}/reports/timeline?{asked}"
    with opened(browser, url, token=token_of(service), language="ru", size=(718, 1047)) as page:
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= 718


def test_the_hours_of_the_week_are_a_picture_on_paper(browser: Browser, service: Service) -> None:
    """Its 168 rows would be four sheets; the picture has each of their figures."""
    day = local_now().date() - timedelta(days=1)
    url = f"{service.url}/reports/hours?from={day - timedelta(days=6)}&to={day}"
    with opened(browser, url, token=token_of(service), size=(1047, 718)) as page:
        page.emulate_media(media="print")
        assert page.locator("table.report").is_hidden()
        figures = page.locator(".heat text")
        assert figures.count() == 168
        assert figures.first.is_visible()
