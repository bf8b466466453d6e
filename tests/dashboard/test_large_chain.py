"""A chain of many shops, products and notes: no page shows them all, every file has them all."""

import html
import json
import re
from collections.abc import Iterator

import pytest

from quart_app.reports.registry import REPORTS
from tests.dashboard.test_reports import shown
from tests.people import enter, seen, sent, token_of
from tests.service import Service, serving

SHOPS, PRODUCTS, NOTES = 300, 3_000, 70
MONTH = "month=2026-10"
MOST_BYTES, MOST_ROWS, MOST_BOXES, MOST_NOTES = 300_000, 105, 75, 50
_CSV = {"Content-Type": "text/csv"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Every shop sold something and every product was sold; many earned as much as others."""
    with serving(tmp_path_factory.mktemp("large") / "sales.db") as running:
        enter(running)
        shops = "".join(f"{one},{one} High Street,Europe/Moscow\n" for one in range(1, SHOPS + 1))
        products = "".join(f"{one},Product {one:04},5.00\n" for one in range(1, PRODUCTS + 1))
        for path, header, rows in (
            ("/stores/import", "id,address,timezone\n", shops),
            ("/products/import", "id,name,price\n", products),
        ):
            running.post(path, content=header + rows, headers=_CSV).raise_for_status()
        a_receipt = PRODUCTS // SHOPS
        done = running.batch(
            "\n".join(
                json.dumps(
                    {
                        "receipt_id": f"r{shop}",
                        "store_id": shop + 1,
                        "till_id": "T1",
                        "occurred_at": f"2026-10-{shop % 28 + 1:02}T12:00:00+03:00",
                        "lines": [
                            {
                                "product_id": shop * a_receipt + line + 1,
                                "quantity": "1",
                                "amount": f"{(shop * 7 + line) % 97 + 1}.00",
                            }
                            for line in range(a_receipt)
                        ],
                    }
                )
                for shop in range(SHOPS)
            )
        )
        assert done["created"] == SHOPS
        for one in range(NOTES):
            day = f"2026-10-{one % 28 + 1:02}"
            note = sent(running, "/notes", token_of(running), day=day, text=f"Note {one}")
            assert note.status_code == 303
        yield running


PAGES = [
    *(f"/reports/{name}?{MONTH}" for name in REPORTS),
    f"/reports/timeline?{MONTH}&by=month",
    f"/reports/abc?{MONTH}&compare=previous&page=20",
    f"/reports/products/receipts?{MONTH}&id=1",
    f"/reports/summary/receipts?{MONTH}",
    "/",
    "/shops",
    "/products",
    "/products?q=product",
    "/tills",
    "/notes?month=2026-10",
]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_all_of_them(service: Service, path: str) -> None:
    reply = seen(service, path)
    assert reply.status_code == 200, reply.text
    assert len(reply.content) < MOST_BYTES
    assert len(re.findall("<tr[ >]", reply.text)) <= MOST_ROWS
    assert len(re.findall("<input[ >]", reply.text)) <= MOST_BOXES
    assert len(re.findall('id="note-', reply.text)) <= MOST_NOTES


def test_an_import_is_shown_in_part(service: Service) -> None:
    rows = "".join(f"{one},Product {one:04},6.00\n" for one in range(1, PRODUCTS + 500))
    reply = seen(service, "/products/import")
    assert reply.status_code == 200
    reply = service.client.post(
        f"{service.url}/products/import",
        files={"table": ("prices.csv", f"id,name,price\n{rows}")},
        headers={"Origin": service.url},
    )
    assert reply.status_code == 200, reply.text
    assert f"{PRODUCTS:,}" in reply.text
    assert len(reply.content) < MOST_BYTES
    assert len(re.findall("<li[ >]", reply.text)) + len(re.findall("<tr[ >]", reply.text)) < 200


def test_what_is_not_listed_is_said_and_found(service: Service) -> None:
    text = seen(service, f"/reports/timeline?{MONTH}&by=month").text
    assert f"{NOTES - MOST_NOTES} notes more, month by month" in text
    assert f"{SHOPS - 50} shops more" in text
    text = seen(service, f"/reports/timeline?{MONTH}&shop=299+High").text
    assert re.findall(r'name="store_id" value="(\d+)"', text)[-1] == "299"
    # The chosen that have no box stay chosen when another is looked for.
    chosen = "".join(f"&store_id={one}" for one in range(1, 71))
    text = seen(service, f"/reports/summary?{MONTH}{chosen}&shop=299+High").text
    form = text[text.index('class="shops-form"') :]
    assert set(re.findall(r'name="store_id" value="(\d+)"', form)) == {
        str(one) for one in (*range(1, 71), 299)
    }


@pytest.mark.parametrize(
    "sort",
    ["", "-revenue", "revenue", "name", "-id", "class", "-class", "-cumulative_percent"],
)
def test_pages_of_shares_are_parts_of_the_whole(service: Service, sort: str) -> None:
    """Each row has its share of all, whatever page it is on and whatever order was asked for."""
    whole = service.report("abc", month="2026-10", limit=PRODUCTS)["rows"]
    earned, so_far = sum(float(row["revenue"]) for row in whole), 0.0
    for row in whole:
        so_far += float(row["revenue"])
        assert float(row["cumulative_percent"]) == pytest.approx(100 * so_far / earned, abs=0.006)
    name = sort.removeprefix("-") or "revenue"
    # Shares so far are put in order before they are rounded.
    placed = {
        row["id"]: at if name == "cumulative_percent" else row[name] for at, row in enumerate(whole)
    }
    if name == "revenue":
        placed = {row["id"]: float(row["revenue"]) for row in whole}
    whole.sort(key=lambda row: row["id"])
    whole.sort(key=lambda row: placed[row["id"]], reverse=sort.startswith("-") or not sort)
    asked = f"/reports/abc?{MONTH}&compare=previous" + (f"&sort={sort}" if sort else "")
    for page in (1, 2, 17, 30):
        text = seen(service, f"{asked}&page={page}").text
        cells = shown(text, "tbody")
        part = whole[100 * (page - 1) : 100 * page]
        assert [one for one in cells if one in {"A", "B", "C"}] == [row["class"] for row in part]
        # A row has an id, a name, its revenue beside nothing before, two shares and a class.
        assert cells[0::7] == [str(row["id"]) for row in part]
        assert cells[5::7] == [row["cumulative_percent"] for row in part]
        assert ("More rows" in text) == (page < 30)
        assert ("<figure" in text) == (page == 1)


@pytest.mark.parametrize("name", ["products", "abc"])
def test_a_file_has_them_all(service: Service, name: str) -> None:
    text = seen(service, f"/reports/{name}?{MONTH}").text
    (address,) = re.findall(r'href="([^"]+)" download>CSV', text)
    assert len(seen(service, html.unescape(address)).text.splitlines()) == PRODUCTS + 1
