"""Shops and products in a real browser: found, edited, imported after a look, removed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.browser import chromium
from tests.browser.opened import DESKTOP, PHONE, WAIT_MS, keep_picture, opened, require_well_made
from tests.people import enter, token_of
from tests.service import Service, serving, with_catalogue

expect.set_options(timeout=WAIT_MS)
SIZES = {"phone": PHONE, "desktop": DESKTOP}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("catalogue") / "sales.db") as running:
        with_catalogue(enter(running))
        rows = "".join(
            f"{one},Mustard {one} in a tall jar of glass with a lid,{one}.50,pcs,Sauces\n"
            for one in range(100, 160)
        )
        table = f"id,name,price,unit,category\n{rows}"
        headers = {"Content-Type": "text/csv"}
        running.post("/products/import", content=table, headers=headers).raise_for_status()
        yield running


def table_of(folder: Path) -> Path:
    """A file that changes a product, adds one and leaves one."""
    file = folder / "prices.csv"
    rows = "1,Bread,70.00,pcs,Bakery\n2,Milk,89.90,pcs,\n300,Чай чёрный,120.5,pcs,Tea\n"
    file.write_text(f"id,name,price,unit,category\n{rows}", encoding="utf-8-sig")
    return file


@pytest.mark.parametrize("scripts", [True, False])
def test_a_price_is_looked_up_and_edited(browser: Browser, service: Service, scripts: bool) -> None:
    with opened(
        browser, service.url, token=token_of(service), scripts=scripts, refusals=True
    ) as page:
        page.get_by_role("navigation", name="Pages").get_by_role("link", name="Products").click()
        page.get_by_label("Name, number or barcode").fill("mustard 117")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("link", name=re.compile("Mustard 117")).click()
        page.get_by_role("link", name="Edit").click()
        page.get_by_label("Price").fill("12.345")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_label("Price")).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_label("Price")).to_have_accessible_description(re.compile("digits"))
        page.get_by_label("Price").fill("12,3")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("dd data")).to_have_attribute("value", "12.30")
    assert service.get("/products/117").json()["price"] == "12.30"


def test_a_shop_is_found_from_the_menu_of_a_phone(browser: Browser, service: Service) -> None:
    with opened(browser, service.url, token=token_of(service), size=PHONE) as page:
        expect(page.get_by_role("link", name="Shops")).to_have_count(0)
        page.get_by_text("Menu").click()
        require_well_made(page)
        keep_picture(page, "menu-phone")
        page.get_by_role("link", name="Shops").click()
        page.get_by_role("link", name="Street 2").click()
        page.get_by_role("link", name="Day by day").click()
        expect(page).to_have_url(re.compile("/reports/timeline.*store_id=2"))


def test_a_file_is_looked_at_and_then_imported(
    browser: Browser, service: Service, tmp_path: Path
) -> None:
    before = service.get("/products").json()
    bad = tmp_path / "bad.csv"
    bad.write_text("id;name;price\n1;;1.005\n")
    url = f"{service.url}/products/import"
    with opened(browser, url, token=token_of(service), refusals=True) as page:
        page.get_by_label("A CSV file").set_input_files(bad)
        page.get_by_role("button", name="Show what would change").click()
        expect(page.locator(".faults tbody tr")).to_have_count(2)
    assert service.get("/products").json() == before
    with opened(browser, url, token=token_of(service)) as page:
        page.get_by_label("A CSV file").set_input_files(table_of(tmp_path))
        page.get_by_role("button", name="Show what would change").click()
        for name in ("created", "changed", "unchanged"):
            expect(page.locator(f"#{name}")).to_have_text("1")
        assert service.get("/products").json() == before
        page.get_by_role("button", name="Import 2 rows").click()
        expect(page.get_by_text("Imported: new 1, changed 1")).to_be_visible()
    assert service.get("/products/300").json()["name"] == "Чай чёрный"
    service.request("DELETE", "/products/300")
    service.request("PATCH", "/products/1", json={"price": "64.95"})


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("size", list(SIZES))
def test_every_page_is_well_made(
    browser: Browser, service: Service, tmp_path: Path, size: str, language: str
) -> None:
    token = token_of(service)
    bad = tmp_path / "bad.csv"
    bad.write_text("id,name,price,gtin\nx,,1.005,12\n1,Bread,1,\n1,Bread,1,\n")
    with opened(
        browser,
        f"{service.url}/products",
        token=token,
        size=SIZES[size],
        language=language,
        refusals=True,
    ) as page:

        def look(name: str) -> None:
            require_well_made(page)
            keep_picture(page, f"catalogue-{name}-{language}-{size}")

        look("products")
        for name, path in (
            ("shops", "/shops"),
            ("shop", "/shops/1"),
            ("product", "/products/1"),
            ("edit", "/products/1/edit"),
            ("remove", "/products/1/remove"),
        ):
            page.goto(service.url + path)
            look(name)
        page.goto(f"{service.url}/shops/new")
        page.locator("#timezone").fill("Mars")
        page.locator("form button").click()
        look("faults")
        page.goto(f"{service.url}/products/import")
        look("import")
        for name, file in (("import-faults", bad), ("preview", table_of(tmp_path))):
            page.locator("[type=file]").set_input_files(file)
            page.locator("form button").click()
            look(name)
            page.goto(f"{service.url}/products/import")
