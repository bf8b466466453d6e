"""/docs in a real browser: all from here, nothing amiss, and a call can be tried out."""

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.browser import chromium
from tests.service import Service

CHANGED_S = 30_000


def watched(page: Page) -> tuple[list[str], list[str]]:
    """Every address that a page asks for, and all that it complains of."""
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: said.append(f"{request.url}: {request.failure}"))
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    return asked, said


def test_a_call_is_tried_out_and_nothing_is_asked_of_others(service: Service) -> None:
    described = operations(service)
    with chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(CHANGED_S)
        expect.set_options(timeout=CHANGED_S)
        asked, said = watched(page)
        page.goto(f"{service.url}/docs")
        expect(page.locator(".opblock")).to_have_count(described)
        call = page.locator("#operations-products-products_read")
        call.locator(".opblock-summary-control").first.click()
        call.get_by_role("button", name="Try it out").click()
        call.get_by_placeholder("entry_id").fill("1")
        call.get_by_role("button", name="Execute").click()
        expect(
            call.locator(".live-responses-table tbody .response-col_status").first
        ).to_contain_text("200")
        expect(call.locator(".live-responses-table")).to_contain_text("Bread")
        page.locator(".btn.authorize").first.click()
        page.get_by_label("auth-bearer-value").fill("a-secret-key")
        page.locator(".modal-ux .btn.authorize").first.click()
        page.get_by_role("button", name="Close").click()
        with page.expect_request(lambda request: request.url.endswith("/products/1")) as sent:
            call.get_by_role("button", name="Execute").click()
        assert sent.value.headers["authorization"] == "Bearer a-secret-key"
        kept = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
        assert "a-secret-key" not in kept
        assert said == []
        assert len(asked) > 5
        here = urlsplit(service.url).netloc
        assert [url for url in asked if urlsplit(url).netloc not in (here, "")] == []


def operations(service: Service) -> int:
    paths = service.client.get(f"{service.url}/openapi.json").json()["paths"]
    return sum(map(len, paths.values()))


def test_the_page_takes_scripts_and_styles_from_here_alone(service: Service) -> None:
    reply = service.client.get(f"{service.url}/docs")
    policy = reply.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
