"""The pages of shops and products over HTTP: found, changed, archived."""

import html
import re
from collections.abc import Iterator
from itertools import chain

import httpx
import pytest

from tests.people import enter, manager, sent, token_of
from tests.service import Service, receipt, serving, with_catalogue


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("catalogue") / "sales.db") as running:
        with_catalogue(enter(running))
        yield running


def shown(service: Service, path: str, token: str = "", **parameters: str) -> str:
    """A page as the owner, or whoever's token it is, sees it."""
    reply = httpx.get(
        service.url + path,
        params=parameters or None,
        cookies={"session": token or token_of(service)},
        timeout=60,
    )
    assert reply.status_code == 200, reply.text
    return reply.text


def ids(text: str) -> list[int]:
    return [int(one) for one in re.findall(r'<td class="number">(\d+)</td>', text)]


def test_products_are_found_a_page_at_a_time(service: Service) -> None:
    rows = "".join(f"{one},Tin {one},1.00,Tins\n" for one in range(1000, 1120))
    table = f"id,name,price,category\n{rows}"
    service.post("/products/import", content=table, headers={"Content-Type": "text/csv"})
    seen, path = [], "/products?category=Tins&q=tin"
    while path:
        text = shown(service, path)
        seen.append(ids(text))
        following = re.search(r'rel="next" href="([^"]+)"', text)
        path = html.unescape(following[1]) if following else ""
    assert [len(one) for one in seen] == [50, 50, 20]
    assert list(chain.from_iterable(seen)) == list(range(1000, 1120))
    assert ids(shown(service, "/products", q="1007")) == [1007]
    assert ids(shown(service, "/products", q="BREAD")) == [1]
    assert "Nothing was found" in shown(service, "/products", q="nothing like it")


def test_a_manager_finds_their_own_shops_and_writes_nothing(service: Service) -> None:
    token = manager(service, 2)
    assert ids(shown(service, "/shops", token)) == [2]
    assert "Street 1" not in shown(service, "/shops", token, q="Street")
    page = shown(service, "/products/1", token)
    assert "Bread" in page
    for path in ("/products", "/products/1", "/shops/2"):
        assert not re.search("/edit|/remove|/new|/import", shown(service, path, token))
    before = service.get("/products/1").json()
    assert sent(service, "/products/1/edit", token, name="X", price="1").status_code == 403
    assert sent(service, "/products/1/remove", token).status_code == 403
    assert sent(service, "/products/new", token, name="X", price="1").status_code == 403
    assert service.get("/products/1").json() == before


def test_what_is_typed_is_what_is_kept(service: Service) -> None:
    token = token_of(service)
    fields = {
        "id": "77",
        "name": '  Сыр <b>"й"</b> ',
        "price": "1234,5",
        "unit": "kg",
        "category": "Сыры",
        "gtin": "96385074",
    }
    reply = sent(service, "/products/new", token, **fields)
    assert reply.headers["Location"] == "/products/77"
    kept = {**fields, "id": 77, "name": 'Сыр <b>"й"</b>', "price": "1234.50", "archived": False}
    assert service.get("/products/77").json() == kept
    text = shown(service, "/products/77/edit")
    values = dict(re.findall(r'<input id="(\w+)" name="\w+" value="([^"]*)"', text))
    assert {name: html.unescape(one) for name, one in values.items()} == {
        name: kept[name] for name in ("name", "price", "unit", "category", "gtin")
    }
    # What is emptied has no value any more, and the number stays.
    assert sent(service, "/products/77/edit", token, name="N", price="2", unit="").is_redirect
    assert service.get("/products/77").json() == {
        "id": 77,
        "name": "N",
        "price": "2.00",
        "unit": "pcs",
        "category": None,
        "gtin": None,
        "archived": False,
    }
    assert sent(service, "/shops/new", token, id="7", address="A", name="B").is_redirect
    shop = service.get("/stores/7").json()
    assert (shop["address"], shop["name"], shop["timezone"]) == ("A", "B", "Europe/Moscow")
    change = {"address": "C", "timezone": "Asia/Omsk"}
    assert sent(service, "/shops/7/edit", token, **change).is_redirect
    shop = service.get("/stores/7").json()
    assert (shop["address"], shop["name"], shop["timezone"]) == ("C", None, "Asia/Omsk")
    record = service.get("/audit").json()[0]
    assert (record["actor"], record["action"]) == ("olga@example.com", "store.change")


@pytest.mark.parametrize(
    ("path", "fields", "status", "faults"),
    [
        ("products/new", {"price": "1.005", "gtin": "123"}, 422, ["name", "price", "gtin"]),
        (
            "products/new",
            {"id": "0", "name": "x" * 201, "price": "x"},
            422,
            ["id", "name", "price"],
        ),
        ("products/new", {"id": "1", "name": "Another", "price": "1"}, 409, ["id"]),
        ("products/1/edit", {"price": ""}, 422, ["name", "price"]),
        ("shops/new", {"timezone": "Mars"}, 422, ["address", "timezone"]),
        ("shops/1/edit", {"address": "A", "timezone": "Mars"}, 422, ["timezone"]),
    ],
)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_fault_stands_beside_its_field(
    service: Service,
    path: str,
    fields: dict[str, str],
    status: int,
    faults: list[str],
    language: str,
) -> None:
    reply = sent(service, f"/{path}?lang={language}", token_of(service), **fields)
    assert reply.status_code == status
    assert re.findall(r'<p class="fault" id="(\w+)-note">', reply.text) == faults
    for name, text in fields.items():
        assert f'name="{name}" value="{text}"' in reply.text
    # It is said in the language of the page.
    said = "".join(re.findall(r'<p class="fault"[^>]*>([^<]+)', reply.text))
    assert bool(re.search("[а-я]", said)) == (language == "ru")


def test_what_is_sold_is_archived_and_comes_back(service: Service) -> None:
    token = token_of(service)
    product = {"id": 500, "name": "Sold", "price": "1.00"}
    for one in (product, {**product, "id": 501, "name": "Never sold"}):
        assert service.post("/products", one).status_code == 201
    lines = [{"product_id": 500, "quantity": "1", "unit_price": "1.00"}]
    assert service.post("/sales", receipt("archived", lines=lines)).status_code == 201
    assert "archived" in shown(service, "/products/500/remove")
    assert "for good" in shown(service, "/products/501/remove")
    for one in (500, 501):
        # Asking is not doing.
        assert service.get(f"/products/{one}").json()["archived"] is False
        assert sent(service, f"/products/{one}/remove", token).headers["Location"] == "/products"
    assert service.get("/products/501").status_code == 404
    assert ids(shown(service, "/products", q="Sold")) == []
    assert ids(shown(service, "/products", q="Sold", archived="true")) == [500]
    refused = sent(service, "/products/500/edit", token, name="Sold", price="1", unit="kg")
    assert (refused.status_code, 'id="unit-note">It has been sold' in refused.text) == (409, True)
    assert sent(service, "/products/500/restore", token).is_redirect
    assert ids(shown(service, "/products", q="Sold")) == [500]
