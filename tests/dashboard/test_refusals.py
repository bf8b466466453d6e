"""What is refused is told in the reader's language, on a page of the service."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from quart_app.dashboard.languages import Language
from quart_app.dashboard.refusals import refusals
from quart_app.errors import Busy, Invalid, NotFound, ServiceError
from quart_app.values.money import Currency
from tests.people import PASSWORD, enter, manager, seen, sent, token_of
from tests.service import Service, receipt, serving, with_catalogue

RUSSIAN = {"Accept-Language": "ru", "Accept": "text/html"}
# Names that are the same in every language, and what was typed.
_NAMES = {"sort", "limit", "compare", "page", "nothing", "CSV", "UTF"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("refusals") / "sales.db") as running:
        with_catalogue(enter(running))
        running.post("/sales", {"product_id": 1, "store_id": 1}).raise_for_status()
        yield running


def said(page: httpx.Response) -> str:
    """The words of a page, without its head."""
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.text.partition("<main")[2]))


def english(page: httpx.Response) -> set[str]:
    return set(re.findall(r"[A-Za-z]{2,}", said(page))) - _NAMES - {"id", "main", "tabindex"}


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/shops/999", 404, "Магазина с таким номером нет."),
        ("/products/999", 404, "Товара с таким номером нет."),
        ("/receipts/nothing", 404, "Чека с таким номером нет."),
        ("/held/999", 404, "Отложенного чека с таким номером нет."),
        ("/notes/999", 404, "Этой заметки больше нет."),
        ("/people/999", 404, "Этого человека здесь больше нет."),
        ("/reports/nothing", 404, "Отчёта с таким названием нет."),
        ("/?day=2090-01-01", 422, "День: Этот день ещё не наступил."),
        ("/?day=nothing", 422, "День: Такого дня нет"),
        ("/reports/stores?from=2026-02-30&to=2026-03-01", 422, "С : Такого дня нет"),
        ("/reports/stores?from=2026-03-02&to=2026-03-01", 422, "Последний день раньше первого."),
        ("/reports/stores?period=nothing", 422, "Период : Так это не записывают: проверьте."),
        ("/reports/stores?sort=nothing", 422, "sort : Такого столбца нет"),
        ("/reports/stores?store_id=999", 422, "Магазин : Магазина с таким номером нет."),
        ("/reports/stores?nothing=1", 422, "nothing : Такого здесь нет"),
        ("/nothing/here", 404, "В адресе опечатка, или того, что здесь было, больше нет."),
    ],
)
def test_a_russian_page_says_it_in_russian(
    service: Service, path: str, status: int, words: str
) -> None:
    page = seen(service, path, headers=RUSSIAN)
    assert (page.status_code, page.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert words.replace(" :", ":") in said(page).replace(" :", ":")
    assert english(page) == set()
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("/people", {"email": "nobody", "name": "N", "role": "manager"}, "Электронная почта:"),
        ("/people", {"email": "n@x.org", "name": "N", "role": "manager"}, "Магазины: Заполните"),
        ("/keys", {"name": "K", "role": "till"}, "Магазин: "),
        ("/notes", {"day": "2026-10-01", "store_id": "1"}, "Заметка: Заполните"),
        ("/join", {"code": "XXXX-XXXX-XXXX", "password": "short"}, "Пароль: "),
    ],
)
def test_a_form_is_refused_in_russian(
    service: Service, path: str, fields: dict[str, str], words: str
) -> None:
    page = httpx.post(
        service.url + path,
        data=fields,
        headers={"Origin": service.url, **RUSSIAN},
        cookies={"session": token_of(service)},
        timeout=60,
    )
    alert = page.text.partition('role="alert"')[2].partition("</div>")[0]
    assert page.status_code == 422
    assert words in re.sub(r"\s+", " ", re.sub("<[^>]+>", "", alert))
    assert re.findall(r"[a-z]{3,}", re.sub("<[^>]+>", "", alert)) == []


def test_a_held_receipt_says_why_in_russian(service: Service) -> None:
    held = receipt(receipt_id="R-1", lines=[{"product_id": 4242, "quantity": "1", "amount": "5"}])
    assert service.post("/sales", held).status_code == 202
    listed = service.get("/held-sales").json()[0]
    for path in (f"/held/{listed['id']}", "/receipts/R-1"):
        page = seen(service, path, headers=RUSSIAN)
        shown = page.text.partition('<div class="attention">')[2].partition("</div>")[0]
        assert re.findall("[a-z]{3,}", re.sub("<[^>]+>", "", shown)) == []
    assert "строка 1 · Товар 4242" in said(seen(service, f"/held/{listed['id']}", headers=RUSSIAN))


def test_a_program_that_is_lost_is_told_as_one(service: Service) -> None:
    """Only who reads pages is answered by one."""
    for path, headers in (("/api/v1/nothing", RUSSIAN), ("/nothing", {"Accept": "*/*"})):
        reply = seen(service, path, headers=headers)
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.json()["code"] == "not_found"


def test_who_is_lost_is_led_by_what_they_may_see(service: Service) -> None:
    """The lost page has the pages of whoever is signed in, and none for anybody else."""
    token = manager(service, 1)
    mine = httpx.get(f"{service.url}/nothing", cookies={"session": token}, headers=RUSSIAN).text
    assert "/held" in mine
    assert "/people" not in mine
    assert "/held" not in httpx.get(f"{service.url}/nothing", headers=RUSSIAN).text


def test_a_price_may_have_a_comma(service: Service) -> None:
    fields = {"id": "4242", "name": "Хлеб", "price": "64,50", "unit": "pcs"}
    reply = sent(service, "/held/product", token_of(service), **fields)
    assert reply.status_code == 303
    assert service.get("/products/4242").json()["price"] == "64.50"


@pytest.mark.parametrize("error", [Invalid("x", code="new"), Busy("x"), NotFound("x", code="new")])
def test_a_code_without_words_is_told_by_its_kind(error: ServiceError) -> None:
    (one,) = refusals(error, Language("ru", Currency("RUB")))
    assert re.search("[а-я]", one.text)


def test_nobody_is_told_twice(database: Path) -> None:
    """Before anybody is signed in too: a wrong code, in Russian."""
    with serving(database) as running:
        page = httpx.post(
            f"{running.url}/welcome",
            data={"code": "A", "name": "О", "email": "o@example.com", "password": PASSWORD},
            headers={"Origin": running.url, **RUSSIAN},
            timeout=60,
        )
    assert (page.status_code, page.text.count("Код не подходит")) == (401, 1)
