"""The owner's page in a real browser."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browser import chromium
from tests.browser.opened import (
    DESKTOP,
    PHONE,
    WAIT_MS,
    WIDE,
    keep_picture,
    opened,
    require_well_made,
)
from tests.dashboard.today import count, local_now, noon_zone, sold, with_catalogue, with_shops
from tests.people import PASSWORD, enter, token_of
from tests.service import Service, serving

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
LANGUAGES = ("en", "ru")


expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def trading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with sales today and last week, held receipts and silent tills."""
    with serving(tmp_path_factory.mktemp("trading") / "sales.db", timezone=noon_zone()) as service:
        with_shops(service)
        now = local_now()
        for hours in (1, 2, 4):
            count(service, sold(f"now-{hours}", now - hours * HOUR, f"{hours}150.00"))
            at = now - WEEK - (hours - 3) * HOUR
            count(service, sold(f"week-{hours}", at, f"{hours}300.00", store_id=hours % 2 + 1))
        for weeks in (1, 2, 3):
            at = now - weeks * WEEK - HOUR
            count(service, sold(f"till-{weeks}", at, "800.00", store_id=2, till_id="T1"))
        held = sold("held", now, "1.00", store_id=99)
        assert service.post("/sales", held).status_code == 202
        yield service


def figure(page: Page, name: str) -> str | None:
    return page.locator(f"#{name} data").get_attribute("value")


def test_from_the_first_visit_to_the_first_chart(browser: Browser, database: Path) -> None:
    with serving(database, timezone=noon_zone()) as service, opened(browser, service.url) as page:
        expect(page).to_have_url(f"{service.url}/welcome")
        require_well_made(page)
        keep_picture(page, "welcome")
        page.get_by_label("Code").fill("AAAA-BBBB-CCCC")
        for label, text in (
            ("Your name", "Olga"),
            ("E-mail address", "olga@example.com"),
            ("Password", PASSWORD),
        ):
            page.get_by_label(label, exact=True).fill(text)
        page.get_by_label("Code").fill(service.first_code().lower())
        page.get_by_role("button", name="Make the account").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
        expect(page.get_by_role("link", name="Olga")).to_be_visible()
        require_well_made(page)
        keep_picture(page, "first-visit")
        with_catalogue(service)
        expect(page.locator(".tick")).to_have_count(2)
        count(service, sold("first", local_now(), "12.50"))
        expect(page.locator("svg.curve")).to_be_visible()
        assert figure(page, "revenue") == "12.50"


def test_a_sale_is_on_the_page_without_a_reload_or_a_jump(
    browser: Browser, trading: Service
) -> None:
    with opened(browser, trading.url, token=token_of(trading), size=PHONE) as page:
        expect(page.locator("#live")).to_have_text("live")
        page.evaluate("window.marked = true")
        page.locator("main summary").focus()
        page.keyboard.press("Enter")
        page.evaluate("scrollTo(0, 500)")
        place, receipts = page.evaluate("scrollY"), int(figure(page, "receipts") or "")
        count(trading, sold("live", local_now(), "1.25"))
        expect(page.locator("#receipts data")).to_have_attribute("value", str(receipts + 1))
        assert page.evaluate("window.marked")
        assert page.evaluate("scrollY") == place
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        assert page.locator("main details").get_attribute("open") is not None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark"), (WIDE, "light")],
)
def test_today_is_well_made(
    browser: Browser, trading: Service, size: tuple[int, int], scheme: str, language: str
) -> None:
    with opened(
        browser, trading.url, token=token_of(trading), size=size, language=language, scheme=scheme
    ) as page:
        expect(page.locator("html")).to_have_attribute("lang", language)
        expect(page.locator("#live.on")).to_be_visible()
        expect(page.locator(".attention li")).to_have_count(2)
        require_well_made(page)
        keep_picture(page, f"today-{language}-{size[0]}-{scheme}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_another_day_is_well_made(
    browser: Browser, trading: Service, size: tuple[int, int], language: str
) -> None:
    week_ago = (local_now() - WEEK).date()
    url = f"{trading.url}/?day={week_ago}"
    with opened(browser, url, token=token_of(trading), size=size, language=language) as page:
        assert figure(page, "receipts") == "4"
        require_well_made(page)
        keep_picture(page, f"day-{language}-{size[0]}")


def test_it_works_without_scripts(browser: Browser, trading: Service) -> None:
    with opened(browser, trading.url, token=token_of(trading), scripts=False) as page:
        expect(page.locator("svg.curve")).to_be_visible()
        page.get_by_role("link", name="the day before").click()
        expect(page).to_have_url(re.compile("day="))
        page.get_by_role("link", name="RU").click()
        expect(page.locator("html")).to_have_attribute("lang", "ru")
        expect(page).to_have_url(re.compile("day="))


@pytest.fixture(scope="module")
def two_months(real_months: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    database = tmp_path_factory.mktemp("months") / "sales.db"
    database.write_bytes(real_months.read_bytes())
    with serving(database) as service:
        yield enter(service)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", ["2017-10-14", "2017-11-04", "2017-11-23"])
def test_figures_are_those_of_the_reports(
    browser: Browser, two_months: Service, day: str, language: str
) -> None:
    period = {"from": day, "to": day}
    summary = two_months.report("summary", **period)["rows"][0]
    stores = two_months.report("stores", **period)["rows"]
    products = two_months.report("top-products", by="revenue", **period)["rows"]
    hours = two_months.report("hours", **period)["rows"]
    url, token = f"{two_months.url}/?day={day}&lang={language}", token_of(two_months)
    with opened(browser, url, token=token) as page:
        for name, measure in (
            ("revenue", "revenue"),
            ("receipts", "receipts"),
            ("average", "average_receipt"),
        ):
            assert figure(page, name) == str(summary[measure])
        shown = page.locator("table.shops").first.locator("td data").all()
        assert [one.get_attribute("value") for one in shown] == [
            row["revenue"] for row in stores[:12]
        ]
        sold_most = page.locator(".products data").all()
        assert [one.get_attribute("value") for one in sold_most] == [
            row["revenue"] for row in products
        ]
        last = page.locator("details tbody tr").last.locator("td data").first
        assert last.get_attribute("value") == summary["revenue"]
        assert page.locator("details tbody tr").count() >= len(hours)
        keep_picture(page, f"real-{day}-{language}")
