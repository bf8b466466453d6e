"""A page opened as a person does, with everything taken down that should not happen."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.service import ROOT

PHONE, DESKTOP, WIDE = (360, 740), (1280, 900), (2560, 1440)
WAIT_MS = 30_000
_REFUSED = re.compile(r"responded with a status of 4(09|22)")
_SCREENSHOTS = ROOT / "build" / "screenshots"


@contextmanager
def opened(
    browser: Browser,
    url: str,
    *,
    size: tuple[int, int] = DESKTOP,
    language: str = "en",
    scheme: str = "light",
    scripts: bool = True,
    token: str = "",
    refusals: bool = False,
) -> Iterator[Page]:
    """A page that said nothing in the console and asked for nothing outside its own service.

    ``token`` is that of whoever is signed in. With ``refusals`` the browser may say that a form
    was answered 4xx.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=language,
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(WAIT_MS)
    if token:
        context.add_cookies([{"name": "session", "value": token, "url": url}])
    page = context.new_page()
    said: list[str] = []
    asked: set[str] = set()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.goto(url)
    yield page
    assert [one for one in said if not (refusals and _REFUSED.search(one))] == []
    assert asked == {urlsplit(url).netloc}
    # Left for another page, so that its live stream ends here and is no error.
    page.goto("about:blank")
    context.close()


def require_well_made(page: Page) -> None:
    """Nothing to scroll sideways, and nothing serious that keeps a person from using it."""
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
    found = Axe().run(page).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    named = [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in grave]
    assert named == [], named


def keep_picture(page: Page, name: str) -> None:
    """A screenshot among what CI leaves behind."""
    _SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=_SCREENSHOTS / f"{name}.png", full_page=True)
