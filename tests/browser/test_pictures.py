"""The pictures of reports in a real browser: at every width, in both languages, light and dark."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browser import chromium
from tests.browser.opened import DESKTOP, PHONE, WIDE, keep_picture, opened, require_well_made
from tests.dashboard.pictured import CHECKS, noon_zone, with_trade
from tests.dashboard.today import local_now
from tests.people import token_of
from tests.service import Service, serving

LANGUAGES = ("en", "ru")
TO_LOOK_AT = {"en": (DESKTOP, "dark"), "ru": (PHONE, "light")}
VIEWS = [(size, scheme) for size in (PHONE, DESKTOP) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def trading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("pictured") / "s.db", timezone=noon_zone()) as service:
        yield with_trade(service)


def address(service: Service, name: str, days: int = 30) -> str:
    today = local_now().date()
    first = today - timedelta(days=days)
    return f"{service.url}/reports/{name}?from={first}&to={today}&compare=previous"


def require_inside(page: Page) -> None:
    """No word of the picture lies outside it, and none upon another of the same axis."""
    found = page.evaluate(
        """() => {
            const page = document.documentElement;
            const figure = document.querySelector("figure.picture");
            const room = figure.getBoundingClientRect();
            const shown = [...figure.querySelectorAll("text, .name, .figure, .share, .scale span")]
                .map(one => [one.textContent, one.getBoundingClientRect(), one.closest(".words")])
                .filter(([, box]) => box.width);
            const out = shown.filter(([, box]) => box.left < room.left || box.right > room.right);
            const along = shown.filter(([, , words]) => words);
            const upon = along.filter(([, box], i) => i && along[i - 1][1].right > box.left);
            const wider = page.scrollWidth - page.clientWidth;
            return [wider, ...[out, upon].map(many => many.map(([text]) => text))];
        }"""
    )
    assert found == [0, [], []]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", list(CHECKS))
def test_a_picture_is_well_made(
    browser: Browser, trading: Service, name: str, language: str, long: bool
) -> None:
    url, token = address(trading, name, 30 if long else 9), token_of(trading)
    with opened(browser, url, token=token, language=language) as page:
        for size, scheme in VIEWS:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            expect(page.locator("figure.picture")).to_be_visible()
            require_inside(page)
            if long or (size, scheme) == TO_LOOK_AT[language]:
                require_well_made(page)
                keep_picture(page, f"picture-{name}-{language}-{size[0]}-{scheme}")
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        require_inside(page)


def test_a_timeline_of_any_length_is_readable(
    browser: Browser, trading: Service, long: bool
) -> None:
    token = token_of(trading)
    for days in (0, 6, 9, 13, 61, 120, 365, 800) if long else (0, 13, 365):
        url = address(trading, "timeline", days)
        with opened(browser, url, token=token, language="ru", size=PHONE) as page:
            for width in (360, 768, 1280, 2560):
                page.set_viewport_size({"width": width, "height": 900})
                require_inside(page)


def test_a_picture_needs_no_script(browser: Browser, trading: Service) -> None:
    url, token = address(trading, "hours"), token_of(trading)
    with opened(browser, url, token=token, scripts=False) as page:
        figure = page.get_by_role("figure", name="Revenue by hour")
        expect(figure).to_be_visible()
        expect(figure.get_by_role("img", name="the table below says the same")).to_be_visible()
