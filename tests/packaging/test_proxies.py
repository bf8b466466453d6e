"""Tills, readers and browsers come through the proxies of docs/operating.md as they should."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.access import bearer, made_through
from tests.browser.browser import chromium
from tests.browser.opened import WAIT_MS
from tests.dashboard import today
from tests.dashboard.today import count, local_now, noon_zone, sold
from tests.packaging.proxies import NAME, caddy, nginx
from tests.people import PASSWORD
from tests.service import Service, receipt, serving, with_catalogue

Proxy = Callable[[Service, Path], AbstractContextManager[str]]

pytestmark = pytest.mark.parametrize(
    "proxy",
    [
        pytest.param(
            one,
            id=one.__name__,
            marks=pytest.mark.skipif(
                shutil.which(one.__name__) is None, reason=f"{one.__name__} is not installed"
            ),
        )
        for one in (nginx, caddy)
    ],
)


def test_tills_and_readers_get_through(database: Path, tmp_path: Path, proxy: Proxy) -> None:
    with serving(database, hostnames=NAME) as service, proxy(service, tmp_path) as address:
        with_catalogue(service)
        # The machine does not know the name; the proxy has to.
        told = {"sni_hostname": NAME}
        base = address.replace(NAME, "127.0.0.1") + "/api/v1"
        host = {"Host": address.removeprefix("https://")}
        with httpx.Client(base_url=base, verify=False, timeout=60, headers=host) as client:
            early = client.post("/sales", json=receipt("through"), extensions=told)
            assert early.status_code == 401, early.text
            client.headers.update(bearer(made_through(service, "manager")))
            sent = client.post("/sales", json=receipt("through"), extensions=told)
            assert sent.status_code == 201, sent.text
            month = {"month": "2026-10"}
            report = client.get("/reports/top-stores", params=month, extensions=told)
            assert report.json()["totals"]["receipts"] == 1
            refused = client.post(
                "/sales/batch",
                content=b"{}\n" * 100_000,
                headers={"Content-Type": "application/x-ndjson"},
                extensions=told,
            )
            assert refused.status_code == 413
            assert refused.json()["code"] == "body_too_large"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(f"--host-resolver-rules=MAP {NAME} 127.0.0.1") as found:
        yield found


def test_an_owner_signs_in_and_sees_a_sale_come(
    browser: Browser, tmp_path: Path, proxy: Proxy
) -> None:
    """Forms, the cookie for TLS alone, and the live page."""
    database = tmp_path / "sales.db"
    with (
        serving(database, timezone=noon_zone(), hostnames=NAME) as service,
        proxy(service, tmp_path) as address,
    ):
        count(today.with_catalogue(service), sold("first", local_now(), "12.50"))
        context = browser.new_context(ignore_https_errors=True, locale="en")
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        page.goto(address)
        expect(page).to_have_url(f"{address}/welcome")
        for label, text in (
            ("Code", service.first_code()),
            ("Your name", "Olga"),
            ("E-mail address", "olga@example.com"),
            ("Password", PASSWORD),
        ):
            page.get_by_label(label, exact=True).fill(text)
        page.get_by_role("button", name="Make the account").click()
        expect(page.locator("#live")).to_have_text("live", timeout=WAIT_MS)
        (cookie,) = [one for one in context.cookies() if one["name"] == "__Host-session"]
        assert cookie["secure"]
        assert cookie["httpOnly"]
        page.evaluate("window.marked = true")
        count(service, sold("second", local_now(), "7.50"))
        revenue = page.locator("#revenue data")
        expect(revenue).to_have_attribute("value", "20.00", timeout=WAIT_MS)
        assert page.evaluate("window.marked")
        # Another site's page may not, by any name.
        forged = httpx.post(
            f"{service.url}/sign-out",
            headers={"Host": NAME, "Origin": "https://elsewhere.example"},
        )
        assert forged.status_code == 403
        page.goto("about:blank")
        context.close()
