"""The import of a table by the pages: shown first, and then done as it was shown."""

import base64
import gzip
import html
import re
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.people import enter
from tests.service import Service, serving, with_catalogue

CSV = {"Content-Type": "text/csv"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("import") / "sales.db") as running:
        with_catalogue(enter(running))
        yield running


def uploaded(
    service: Service, path: str, *, language: str = "en", **parts: bytes | str
) -> httpx.Response:
    """A form with a file, as the owner's browser sends it."""
    files = {name: ("table.csv" if name == "table" else None, part) for name, part in parts.items()}
    return service.client.post(
        service.url + path,
        files=files,
        headers={"Origin": service.url, "Accept-Language": language},  # type: ignore[arg-type]
    )


def carried(page: httpx.Response) -> dict[str, str]:
    """The fields of a preview's form."""
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return {name: html.unescape(text) for name, text in found}


def counts(page: httpx.Response) -> tuple[int, ...]:
    """What a preview says: new, changed, unchanged."""
    found = [re.search(rf'id="{name}">([\d,]+)<', page.text) for name in ("created", "changed")]
    found.append(re.search(r'id="unchanged">([\d,]+)<', page.text))
    return tuple(int(one[1].replace(",", "")) for one in found if one)


def test_an_import_is_shown_and_then_done(service: Service) -> None:
    table = "\ufeffid;name;price;category\r\n600;Чай;5.5;Tea\r\n2;Milk, fresh;90.00;\r\n".encode()
    page = uploaded(service, "/products/import", table=table)
    assert (page.status_code, counts(page)) == (200, (1, 1, 0))
    changes = re.findall(r"<del>(.*?)</del>.*?<ins>(.*?)</ins>", page.text)
    assert [tuple(re.sub("<.*?>", "", one) for one in change) for change in changes] == [
        ("Milk", "Milk, fresh"),
        ("₽89.90", "₽90.00"),
    ]
    assert service.get("/products/600").status_code == 404
    done = uploaded(service, "/products/import/apply", **carried(page))
    assert done.headers["Location"] == "/products/import?done=1-1-0"
    assert service.get("/products/600").json()["name"] == "Чай"
    assert (
        "new 1, changed 1" in service.client.get(f"{service.url}/products/import?done=1-1-0").text
    )
    again = uploaded(service, "/products/import", table=gzip.compress(table))
    assert counts(again) == (0, 0, 2)
    assert carried(again) == {}


def test_what_has_changed_meanwhile_is_shown_anew(service: Service) -> None:
    table = "id,name,price\n700,One,1\n701,Two,2\n"
    page = uploaded(service, "/products/import", table=table)
    assert counts(page) == (2, 0, 0)
    service.post("/products", {"id": 700, "name": "Other", "price": "1"}).raise_for_status()
    anew = uploaded(service, "/products/import/apply", **carried(page))
    assert (anew.status_code, counts(anew)) == (409, (1, 1, 0))
    assert "nothing was imported" in anew.text
    assert service.get("/products/700").json()["name"] == "Other"
    # The address says what was done: the second press is refused as well, and does nothing.
    done = uploaded(service, "/products/import/apply", **carried(anew))
    assert done.headers["Location"] == "/products/import?done=1-1-0"
    assert uploaded(service, "/products/import/apply", **carried(anew)).status_code == 409


def test_every_fault_is_named_by_row_and_column(service: Service) -> None:
    table = "id,name,price,gtin\n800,Good,1,\nx,,1.005,\n800,Again,1,123\n800,Again,1,\n"
    page = uploaded(service, "/products/import", language="ru", table=table)
    assert page.status_code == 422
    found = re.findall(r"<tr><td>(\d+)</td><td>(\w+)</td>", page.text)
    assert found == [
        ("3", "id"), ("3", "name"), ("3", "price"), ("4", "gtin"), ("5", "id"),
    ]  # fmt: skip
    assert page.text.count("Напишите целое число") == 1
    assert service.get("/products/800").status_code == 404


def test_a_spreadsheet_in_russian_writes_prices_with_a_comma(service: Service) -> None:
    """By the page and by the API; what could be taken for thousands is refused."""
    table = "id;name;price\r\n7100;Хлеб;64,95\r\n".encode()
    page = uploaded(service, "/products/import", table=table)
    assert (page.status_code, counts(page)) == (200, (1, 0, 0))
    reply = service.post("/products/import", content=table, headers=CSV)
    assert reply.status_code == 200, reply.text
    assert service.get("/products/7100").json()["price"] == "64.95"
    for price in ("1,250", "1,250.00", "1,2,5"):
        wrong = f"id;name;price\n7100;Хлеб;{price}\n".encode()
        assert service.post("/products/import", content=wrong, headers=CSV).status_code == 422


@pytest.mark.parametrize(
    ("parts", "status", "said"),
    [
        ({"table": b""}, 400, "Choose a file"),
        ({"other": b"x"}, 400, "Choose a file"),
        ({"table": b"\xff\xfe"}, 400, "not in UTF-8"),
        ({"table": b"id,price\n"}, 422, "has to be there"),
        ({"table": b"id,name,price\n1,A\n"}, 422, "another number of cells"),
        ({"table": b"id,name,price\n" + b"1,x,1\n" * 1_400_000}, 413, "over 8 MB"),
        ({"table": gzip.compress(b"\0" * (9 << 20))}, 413, "over 8 MB"),
        ({"packed": b"%%", "edition": b"x"}, 400, "did not arrive whole"),
        ({"packed": base64.b64encode(gzip.compress(b"id,name,price\n1,A,1\n")[:-6])}, 400, "whole"),
    ],
    ids=[f"file {number}" for number in range(9)],
)
def test_a_file_that_cannot_be_is_refused(
    service: Service, parts: dict[str, bytes], status: int, said: str
) -> None:
    path = "/products/import/apply" if "packed" in parts else "/products/import"
    reply = uploaded(service, path, **parts)
    assert (reply.status_code, said in reply.text) == (status, True)


IDS = st.integers(1, 6)
PRICES = st.sampled_from(["1.00", "2", "2.00"])
ROWS = st.dictionaries(
    IDS,
    st.tuples(st.sampled_from(["A", "B", "Ж;ы"]), PRICES, st.sampled_from(["", "C"])),
    min_size=1,
)


@settings(max_examples=12, deadline=None)
@given(first=ROWS, second=ROWS)
def test_what_is_shown_is_what_is_done(
    service: Service, first: dict[int, tuple[str, ...]], second: dict[int, tuple[str, ...]]
) -> None:
    """The page, a trial by the API and the import say the same, and it is what happened."""
    for rows in (first, second):
        table = "id,name,price,category\n" + "".join(
            f"{900 + one},{','.join(cells)}\n" for one, cells in rows.items()
        )
        before = of_trial(service)
        page = uploaded(service, "/products/import", table=table)
        trial = service.post(
            "/products/import?dry_run=true", content=table.encode(), headers=CSV
        ).json()
        assert of_trial(service) == before
        done = uploaded(service, "/products/import/apply", **carried(page))
        after = of_trial(service)
        created = len(after.keys() - before.keys())
        changed = sum(before[one] != after[one] for one in before)
        assert tuple(trial.values()) == (created, changed, len(rows) - created - changed)
        assert counts(page) == tuple(trial.values())
        if created or changed:
            place = f"/products/import?done={'-'.join(map(str, trial.values()))}"
            assert done.headers["Location"] == place
        for one, cells in rows.items():
            kept = after[900 + one]
            assert (kept["name"], kept["category"] or "") == (cells[0], cells[2])


def of_trial(service: Service) -> dict[int, dict[str, str]]:
    found = service.get("/products", params={"after": 899, "limit": 20}).json()
    return {one["id"]: one for one in found if one["id"] < 910}
