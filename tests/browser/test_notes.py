"""Notes in a real browser: written, seen, changed and removed, with scripts and without."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.browser import chromium
from tests.browser.opened import DESKTOP, PHONE, keep_picture, opened, require_well_made
from tests.dashboard.today import count, local_now, noon_zone, sold, with_shops
from tests.people import sent, token_of
from tests.post_office import post_office
from tests.service import Service, serving

TODAY = str(local_now().date())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with (
        post_office() as office,
        serving(
            tmp_path_factory.mktemp("noted") / "sales.db",
            timezone=noon_zone(),
            smtp_host="127.0.0.1",
            smtp_port=str(office.port),
            smtp_from="sales@example.com",
        ) as running,
    ):
        with_shops(running)
        count(running, sold("one", local_now(), "1234.50"))
        for text, store_id in (
            ("Closed for repairs from 15:00; the mason comes back on Monday.", "1"),
            ("City holiday: all shops close two hours earlier.", ""),
        ):
            form = {"day": TODAY, "text": text, "store_id": store_id}
            assert sent(running, "/notes", token_of(running), **form).status_code == 303
        yield running


@pytest.mark.parametrize("scripts", [True, False])
def test_a_note_is_written_seen_changed_and_removed(
    browser: Browser, service: Service, scripts: bool
) -> None:
    token = token_of(service)
    with opened(browser, service.url, token=token, scripts=scripts) as page:
        page.get_by_role("link", name="Write a note").click()
        page.get_by_label("About").select_option(label="Harbour")
        page.get_by_role("textbox", name="Note").fill("The fridge\nis broken")
        page.get_by_role("button", name="Keep it").click()
        expect(page.get_by_text("The fridge is broken")).to_be_visible()
        page.get_by_role("link", name="Today").click()
        expect(page.locator("#notes")).to_contain_text("The fridge is broken")
        page.goto(f"{service.url}/reports/timeline?from={TODAY}&to={TODAY}")
        assert "Harbour: The fridge is broken" in str(page.locator(".mark").get_attribute("title"))
        expect(page.locator(".of-period")).to_contain_text("The fridge is broken")
        page.goto(f"{service.url}/notes")
        page.get_by_role("link", name="Change").first.click()
        expect(page.get_by_role("textbox", name="Note")).to_have_value("The fridge is broken")
        page.get_by_role("textbox", name="Note").fill("The fridge works again")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("The fridge works again")).to_be_visible()
        page.get_by_role("button", name="Remove").first.click()
        expect(page.get_by_text("The fridge")).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_they_are_well_made(
    browser: Browser, service: Service, size: tuple[int, int], language: str
) -> None:
    token = token_of(service)
    url = f"{service.url}/notes"
    with opened(browser, url, token=token, size=size, language=language) as page:
        for name, path in (
            ("notes", "/notes"),
            ("note", "/notes/1"),
            ("noted-day", f"/?day={TODAY}"),
            ("noted-timeline", f"/reports/timeline?from={TODAY}&to={TODAY}"),
            ("profile", "/me"),
        ):
            page.goto(service.url + path)
            require_well_made(page)
            keep_picture(page, f"{name}-{language}-{size[0]}")
