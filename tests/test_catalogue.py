"""Products and stores over HTTP: the whole table of calls."""

from typing import Any

import pytest

from tests.service import Service, receipt, serving

CSV = {"Content-Type": "text/csv"}


def codes(reply: Any) -> list[tuple[str, str]]:
    return [(fault["path"], fault["code"]) for fault in reply.json()["errors"]]


@pytest.mark.parametrize(
    ("path", "entry", "as_kept"),
    [
        (
            "/products",
            {"name": "Кефир 1 %", "price": "89.9", "category": "Молочное", "gtin": "4006381333931"},
            {"price": "89.90", "unit": "pcs", "archived": False},
        ),
        (
            "/stores",
            {"address": "ул. Ленина, 1", "name": "На углу"},
            {"timezone": "Europe/Moscow", "archived": False},
        ),
    ],
)
def test_an_entry_from_its_making_to_its_end(
    service: Service, path: str, entry: dict[str, Any], as_kept: dict[str, Any]
) -> None:
    made = service.post(path, entry)
    assert made.status_code == 201
    kept = made.json()
    assert kept.items() >= (entry | as_kept).items()
    place = made.headers["Location"].removeprefix("/api/v1")
    assert place == f"{path}/{kept['id']}"
    assert service.get(place).json() == kept
    assert kept in service.get(path).json()

    again = service.post(path, entry | {"id": kept["id"]})
    assert again.status_code == 409
    assert again.json()["code"].endswith("_exists")

    changed = service.request("PATCH", place, json={"name": "Другое"})
    assert changed.status_code == 200
    assert changed.json() == kept | {"name": "Другое"}

    put = service.request("PUT", place, json=kept)
    assert (put.status_code, put.json()) == (200, kept)

    assert service.request("DELETE", place).status_code == 204
    gone = service.get(place)
    assert gone.status_code == 404
    assert gone.headers["Content-Type"] == "application/problem+json"
    assert service.request("DELETE", place).status_code == 404
    assert service.request("PATCH", place, json={}).status_code == 404
    assert service.request("PUT", place, json=kept).status_code == 201


def test_put_makes_what_is_not_there_and_wants_the_same_id(service: Service) -> None:
    product = {"name": "Tea", "price": 3}
    assert service.request("PUT", "/products/70", json=product).status_code == 201
    assert service.request("PUT", "/products/70", json=product | {"id": 70}).status_code == 200
    other = service.request("PUT", "/products/70", json=product | {"id": 71})
    assert other.status_code == 422
    assert codes(other) == [("id", "other_id")]


def test_what_has_been_sold_is_archived_and_stays_in_reports(service: Service) -> None:
    service.post("/sales", receipt("r-1")).raise_for_status()
    assert service.request("DELETE", "/products/1").status_code == 204
    assert service.request("DELETE", "/stores/1").status_code == 204
    assert [product["id"] for product in service.get("/products").json()] == [2, 9]
    assert [store["id"] for store in service.get("/stores").json()] == [2]
    archived = service.get("/products", params={"archived": "true"}).json()
    assert [product["id"] for product in archived] == [1]
    assert service.get("/products/1").json()["archived"] is True
    assert service.report("top-products", month="2026-10")["rows"][0]["name"] == "Bread"
    assert service.report("top-stores", month="2026-10")["rows"][0]["address"] == "Street 1"

    short = service.post("/sales", {"product_id": 1, "store_id": 1})
    assert short.status_code == 422
    assert codes(short) == [("store_id", "unknown_store"), ("product_id", "unknown_product")]
    # A receipt is a fact: the till sold it before it heard of the archiving.
    assert service.post("/sales", receipt("r-2")).status_code == 201
    back = service.request("PATCH", "/products/1", json={"archived": False})
    assert back.json()["archived"] is False
    assert service.post("/sales", {"product_id": 1, "store_id": 2}).status_code == 201


def test_the_unit_of_what_has_been_sold_stays(service: Service) -> None:
    assert service.request("PATCH", "/products/1", json={"unit": "kg"}).status_code == 200
    assert service.request("PATCH", "/products/1", json={"unit": "pcs"}).status_code == 200
    service.post("/sales", receipt("r-1")).raise_for_status()
    refused = service.request("PATCH", "/products/1", json={"unit": "kg"})
    assert refused.status_code == 409
    assert refused.json()["code"] == "unit_in_use"
    rows = "id,name,price,unit\n2,Milk,1.00,l\n1,Bread,1.00,kg\n"
    imported = service.post("/products/import", content=rows, headers=CSV)
    assert imported.status_code == 422
    assert codes(imported) == [("row 3", "unit_in_use")]
    assert service.get("/products/2").json()["unit"] == "pcs"


def test_a_list_is_paged_by_links(service: Service) -> None:
    for i in range(100, 107):
        service.post("/products", {"id": i, "name": f"P{i}", "price": "1"}).raise_for_status()
    seen: list[int] = []
    path: str | None = "/products?limit=3&archived=false"
    pages = 0
    while path is not None:
        reply = service.get(path)
        seen += [product["id"] for product in reply.json()]
        pages += 1
        link = reply.links.get("next")
        path = link["url"].removeprefix("/api/v1") if link else None
    assert seen == [1, 2, 9, *range(100, 107)]
    assert pages == 4
    assert len(service.get("/products").json()) == 10


def test_a_list_is_searched_in_any_language(service: Service) -> None:
    service.post("/products", {"id": 50, "name": "ХЛЕБ Бородинский", "price": "1"})
    service.post("/products", {"id": 51, "name": "Ёлка", "price": "1", "gtin": "96385074"})

    def found(**parameters: Any) -> list[int]:
        return [product["id"] for product in service.get("/products", params=parameters).json()]

    assert found(q="хлеб") == [50]
    assert found(q="ёл") == [51]
    assert found(q="96385074") == [51]
    assert found(q="50") == [50]
    assert found(q="%") == []
    assert found(category="Bakery") == [1]
    assert found(category="") == [2, 9, 50, 51]
    assert [store["id"] for store in service.get("/stores", params={"q": "STREET 2"}).json()] == [2]


def test_an_unchanged_catalogue_is_304(service: Service) -> None:
    first = service.get("/products")
    mark = {"If-None-Match": first.headers["ETag"]}
    same = service.get("/products", headers=mark)
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["ETag"] == first.headers["ETag"]
    for method, path, options in (
        ("PATCH", "/products/1", {"json": {"price": "2"}}),
        ("PUT", "/products/5", {"json": {"name": "X", "price": "2"}}),
        ("POST", "/products", {"json": {"name": "Y", "price": "2"}}),
        ("DELETE", "/products/5", {}),
        ("POST", "/products/import", {"content": "id,name,price\n8,Z,1\n", "headers": CSV}),
    ):
        assert service.request(method, path, **options).is_success
        fresh = service.get("/products", headers=mark)
        assert fresh.status_code == 200
        mark = {"If-None-Match": fresh.headers["ETag"]}
    assert service.get("/stores", headers=mark).status_code == 200


def test_the_mark_of_a_catalogue_does_not_outlive_the_service(database: Any) -> None:
    with serving(database) as service:
        mark = {"If-None-Match": service.get("/products").headers["ETag"]}
    with serving(database) as service:
        assert service.get("/products", headers=mark).status_code == 200


def test_an_import_runs_twice_and_says_what_it_did(service: Service) -> None:
    rows = (
        "\ufeffid;name;price;unit;category;gtin\r\n"
        "1;Bread;64.95;;Bakery;\r\n"
        "5;Сыр;1.5;kg;;96385074\r\n"
    )
    done = service.post("/products/import", content=rows.encode(), headers=CSV)
    assert done.json() == {"created": 1, "changed": 0, "unchanged": 1}
    again = service.post("/products/import", content=rows.encode(), headers=CSV)
    assert again.json() == {"created": 0, "changed": 0, "unchanged": 2}
    stores = 'id,address,timezone,name\n1,"Street 1, left",Europe/Moscow,\n3,Street 3,,New\n'
    done = service.post("/stores/import", content=stores, headers=CSV)
    assert done.json() == {"created": 1, "changed": 1, "unchanged": 0}
    assert service.get("/stores/3").json()["timezone"] == "Europe/Moscow"


def test_an_import_is_all_or_nothing_and_names_every_fault(service: Service) -> None:
    rows = (
        "id,name,price,unit,gtin\n"
        "20,Good,1.00,,\n"
        "x,Bad id,1.00,,\n"
        "21,Bad price,1.005,,\n"
        "22,,1.00,,\n"
        "23,Bad code,1.00,,123\n"
        "20,Again,1.00,,\n"
    )
    reply = service.post("/products/import", content=rows, headers=CSV)
    assert reply.status_code == 422
    assert codes(reply) == [
        ("row 3, column id", "wrong_type"),
        ("row 4, column price", "money_precision"),
        ("row 5, column name", "missing_member"),
        ("row 6, column gtin", "gtin_malformed"),
        ("row 7, column id", "repeated_id"),
    ]
    assert service.get("/products/20").status_code == 404


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ("", ("row 1, column id", "missing_column")),
        ("id,name\n1,A\n", ("row 1, column price", "missing_column")),
        ("id,name,price,colour\n1,A,1,red\n", ("row 1, column colour", "unknown_column")),
        ("id,name,price,price\n1,A,1,2\n", ("row 1, column price", "repeated_column")),
        ("id,name,price\n1,A\n", ("row 2", "wrong_width")),
    ],
)
def test_a_table_that_is_none_says_where(
    shared_service: Service, rows: str, place: tuple[str, str]
) -> None:
    reply = shared_service.post("/products/import", content=rows, headers=CSV)
    assert reply.status_code == 422
    assert place in codes(reply)


@pytest.mark.parametrize("body", [b"id,name,price\n1,\xff,1\n", b'id,name,price\n1,"A,1\n'])
def test_a_table_that_cannot_be_read_is_400(shared_service: Service, body: bytes) -> None:
    reply = shared_service.post("/products/import", content=body, headers=CSV)
    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"name": "A"}, ("price", "missing_member")),
        ({"name": "A", "price": "1", "colour": 1}, ("colour", "unknown_member")),
        ({"name": "", "price": "1"}, ("name", "wrong_value")),
        ({"name": "A" * 201, "price": "1"}, ("name", "wrong_value")),
        ({"name": "A\n", "price": "1"}, ("name", "wrong_value")),
        ({"name": "A\u202eB", "price": "1"}, ("name", "wrong_value")),
        ({"name": 1, "price": "1"}, ("name", "wrong_type")),
        ({"name": "A", "price": "-1"}, ("price", "money_malformed")),
        ({"name": "A", "price": "1.005"}, ("price", "money_precision")),
        ({"name": "A", "price": 1.005}, ("price", "money_precision")),
        ({"name": "A", "price": True}, ("price", "wrong_type")),
        ({"name": "A", "price": None}, ("price", "wrong_type")),
        ({"name": "A", "price": "1", "id": 0}, ("id", "wrong_value")),
        ({"name": "A", "price": "1", "id": 2**53}, ("id", "wrong_value")),
        ({"name": "A", "price": "1", "id": "1"}, ("id", "wrong_type")),
        ({"name": "A", "price": "1", "gtin": "4006381333930"}, ("gtin", "gtin_malformed")),
    ],
)
def test_a_product_that_cannot_be_names_the_place(
    shared_service: Service, body: dict[str, Any], place: tuple[str, str]
) -> None:
    reply = shared_service.post("/products", body)
    assert reply.status_code == 422
    assert codes(reply) == [place]


def test_a_no_break_space_is_no_fault(shared_service: Service) -> None:
    assert shared_service.post("/products", {"name": "Сыр\u00a01\u00a0кг", "price": "1"}).is_success


def test_a_store_wants_a_zone_that_there_is(shared_service: Service) -> None:
    reply = shared_service.post("/stores", {"address": "A", "timezone": "Mars/Olympus"})
    assert codes(reply) == [("timezone", "timezone_unknown")]


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("limit=0", ("limit", "wrong_value")),
        ("limit=x", ("limit", "wrong_type")),
        ("limit=1&limit=2", ("limit", "repeated_parameter")),
        ("page=2", ("page", "unknown_parameter")),
        ("archived=maybe", ("archived", "wrong_type")),
        ("after=-1", ("after", "wrong_value")),
        ("q=", ("q", "wrong_value")),
    ],
)
def test_a_wrong_parameter_is_named(
    shared_service: Service, query: str, place: tuple[str, str]
) -> None:
    reply = shared_service.get(f"/products?{query}")
    assert reply.status_code == 422
    assert codes(reply) == [place]


def test_the_largest_id_leaves_no_next_one(service: Service) -> None:
    assert service.post("/products", {"id": 2**53 - 1, "name": "A", "price": 1}).status_code == 201
    assert service.post("/products", {"name": "B", "price": 1}).json()["code"] == "no_free_id"
    assert service.get(f"/products/{2**53}").status_code == 404
    assert service.get(f"/products/{10**30}").status_code == 404
