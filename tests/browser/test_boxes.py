"""Held receipts, tills, keys, people and the record in a real browser."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.browser import chromium
from tests.browser.opened import (
    DESKTOP,
    PHONE,
    WAIT_MS,
    keep_picture,
    opened,
    require_well_made,
)
from tests.dashboard.today import local_now, noon_zone, sold, with_shops
from tests.people import PASSWORD, manager, token_of
from tests.service import Service, serving

expect.set_options(timeout=WAIT_MS)
PAGES = {
    "held": "/held",
    "held-receipts": "/held/receipts?code=unknown_product&number=77",
    "held-conflict": "/held/{conflict}",
    "tills": "/tills",
    "keys": "/keys",
    "people": "/people",
    "person": "/people/2",
    "audit": "/audit",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Receipts held for each cause, a till with a gap, somebody of one shop."""
    database = tmp_path_factory.mktemp("boxes") / "sales.db"
    with serving(database, timezone=noon_zone()) as running:
        with_shops(running)
        now = local_now()
        unknown = [{"product_id": 77, "quantity": "2", "unit_price": "12.50"}]
        for number in (1, 2, 9):
            members = {"till_id": "T1", "sequence_number": number}
            assert running.post("/sales", sold(f"n{number}", now, "5.00", **members)).is_success
        for i in range(3):
            running.post("/sales", sold(f"p{i}", now, "1.00", till_id="T1", lines=unknown))
        running.post("/sales", sold("s", now, "1.00", store_id=99))
        running.post("/sales", sold("late", now.replace(year=2098), "1.00", till_id="T2"))
        running.post("/sales", sold("n1", now, "7.00", till_id="T1", sequence_number=1))
        manager(running, 1)
        yield running


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_made(
    browser: Browser, service: Service, name: str, size: tuple[int, int], language: str
) -> None:
    held = service.get("/held-sales").json()
    conflict = next(one["id"] for one in held if one["receipt_id"] == "n1")
    url = service.url + PAGES[name].format(conflict=conflict)
    with opened(browser, url, token=token_of(service), size=size, language=language) as page:
        expect(page.locator("html")).to_have_attribute("lang", language)
        require_well_made(page)
        keep_picture(page, f"{name}-{language}-{size[0]}")


def test_a_held_receipt_is_counted_by_the_button_that_mends_its_cause(
    browser: Browser, service: Service
) -> None:
    """Without scripts, as everything here."""
    url, token = f"{service.url}/held", token_of(service)
    with opened(browser, url, token=token, scripts=False) as page:
        cause = page.locator(".cause", has_text="Product 77 is not known")
        expect(cause.get_by_role("link", name="3 receipts")).to_be_visible()
        expect(cause.get_by_label("Price")).to_have_value("12.50")
        cause.get_by_label("Name").fill("Tea")
        cause.get_by_role("button", name="Add product 77").click()
        expect(page.get_by_role("status").last).to_contain_text("have been counted by themselves")
        expect(page.get_by_text("Product 77 is not known")).to_have_count(0)
    assert service.get("/sales/p0").json()["status"] == "counted"


def test_somebody_is_invited_joins_in_a_browser_of_their_own_and_is_removed(
    browser: Browser, service: Service
) -> None:
    with opened(browser, f"{service.url}/people", token=token_of(service)) as page:
        page.get_by_label("E-mail address").fill("vera@example.com")
        page.get_by_label("Their name").fill("Vera")
        page.get_by_label("Harbour").check()
        page.get_by_role("button", name="Make a code").click()
        code = page.locator(".secret").input_value()
        place = page.get_by_label("With it they choose a password here:").input_value()
        require_well_made(page)
        with opened(browser, place) as theirs:
            theirs.get_by_label("Code").fill(code)
            theirs.get_by_label("Password", exact=True).fill(PASSWORD)
            theirs.get_by_role("button", name="Sign in").click()
            expect(theirs.get_by_role("link", name="Vera")).to_be_visible()
            expect(theirs.get_by_role("link", name="People")).to_have_count(0)
            page.get_by_role("link", name="I have told them").click()
            page.get_by_role("link", name="Change Vera").click()
            page.get_by_text("Remove…").click()
            page.get_by_role("button", name="Remove Vera").click()
            expect(page).to_have_url(f"{service.url}/people")
            theirs.goto(f"{service.url}/tills")
            expect(theirs.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_key_is_made_and_used(browser: Browser, service: Service) -> None:
    """The last here: from then on every call needs one."""
    with opened(browser, f"{service.url}/keys", token=token_of(service)) as page:
        page.get_by_label("For whom").fill("The box")
        page.get_by_label("May do").select_option("manager")
        page.get_by_role("button", name="Make the key").click()
        key = page.locator(".secret").input_value()
        require_well_made(page)
        page.get_by_role("link", name="I have copied it").click()
        expect(page.get_by_text("The box", exact=True)).to_be_visible()
        headers = {"Authorization": f"Bearer {key}"}
        assert httpx.get(f"{service.url}/api/v1/keys", headers=headers).status_code == 200
        assert httpx.get(f"{service.url}/api/v1/keys").status_code == 401
        page.get_by_text("Revoke…").click()
        page.get_by_role("button", name="Revoke The box").click()
        expect(page.get_by_text("revoked", exact=True)).to_be_visible()
        assert httpx.get(f"{service.url}/api/v1/keys", headers=headers).status_code == 401
