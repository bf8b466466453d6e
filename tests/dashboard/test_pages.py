"""The pages over HTTP: their headers, files and languages, and what is refused."""

import gzip
import re
from datetime import timedelta

import httpx
import pytest

from tests.dashboard.today import count, local_now, noon_zone, sold, with_shops
from tests.people import enter, seen, token_of
from tests.service import Service, serving


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    with serving(tmp_path_factory.mktemp("pages") / "sales.db", timezone=noon_zone()) as running:
        with_shops(running)
        count(running, sold("one", local_now(), "1234.50"))
        yield running


def page(service: Service, path: str = "/", **options: object) -> httpx.Response:
    return seen(service, path, **options)


def test_a_page_lets_nothing_in_from_outside(service: Service) -> None:
    for path in ("/", "/?day=2026-01-01", "/?day=nonsense"):
        reply = page(service, path)
        policy = reply.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self';")
        assert "unsafe" not in policy
        assert not re.search(r"<style|style=|<script(?! src=\"/assets/)|\son\w+=", reply.text)
        assert re.findall(r"(?:src|href)=\"(?!/|#)[^\"]*", reply.text) == []


def test_names_are_written_as_text(service: Service) -> None:
    assert "Bread &lt;b&gt;" in page(service).text
    assert "Bread <b>" not in page(service).text


def test_files_are_kept_for_a_year_under_their_hash(service: Service) -> None:
    found = set(re.findall(r"/assets/[^\"]+", page(service).text))
    assert len(found) == 3
    for address in found:
        reply = page(service, address)
        assert reply.status_code == 200
        assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert reply.headers["Content-Security-Policy"]
        plain = page(service, address, headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers
        assert plain.content == reply.content
        assert page(service, address.replace(".", ".0", 1)).status_code == 404


def test_the_first_visit_is_small(service: Service) -> None:
    size = 0
    with httpx.Client(
        cookies={"session": token_of(service)},
        base_url=service.url,
        headers={"Accept-Encoding": "gzip"},
    ) as client:
        addresses = ["/", *set(re.findall(r"/assets/[^\"]+", client.get("/").text))]
        for address in addresses:
            with client.stream("GET", address) as reply:
                body = b"".join(reply.iter_raw())
            if "Content-Encoding" in reply.headers:
                assert gzip.decompress(body)
            size += len(body)
    assert size < 40_000


def test_the_language_is_the_one_asked_for_then_kept_then_the_browsers(service: Service) -> None:
    with httpx.Client(cookies={"session": token_of(service)}, base_url=service.url) as client:

        def language(path: str = "/", accepted: str = "") -> str:
            reply = client.get(path, headers={"Accept-Language": accepted})
            return re.search(r'<html lang="(\w+)"', reply.text)[1]

        assert language() == "en"
        assert language(accepted="de, ru;q=0.8, en;q=0.5") == "ru"
        assert language("/?lang=ru") == "ru"
        assert language(accepted="en") == "ru"
        assert language("/?lang=xx", accepted="en") == "ru"
        assert language("/?lang=en") == "en"
        assert language(accepted="ru") == "en"


def test_figures_are_written_as_the_language_does(service: Service) -> None:
    space = "\N{NO-BREAK SPACE}"
    assert f"1{space}234<small>,50{space}₽" in page(service, "/?lang=ru").text
    assert "₽1,234<small>.50" in page(service, "/?lang=en").text


def test_another_day(service: Service) -> None:
    days = page(service, "/?day=2026-10-05").text
    assert "October 5, 2026" in days
    assert "live.js" not in days
    assert "2026-10-04" in days
    assert "2026-10-06" in days
    assert "Nothing was sold." in days
    assert "The last sales before" not in days
    # Where nothing was sold the page leads back to the last day with sales.
    service.post("/sales/one/void").raise_for_status()
    count(service, sold("before", local_now() - timedelta(days=3), "1.00"))
    day = (local_now() - timedelta(days=3)).date()
    assert re.search(rf'href="/\?day={day}">The last sales before', page(service).text)
    count(service, sold("again", local_now(), "1234.50"))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/?day=2099-01-01", "still to come"),
        ("/?day=2026-02-30", "2026-02-30"),
        ("/?day=2026-02-01&day=2026-02-02", "It stands there twice"),
        ("/?other=1", "other"),
    ],
)
def test_what_cannot_be_shown_is_said_on_a_page(service: Service, path: str, said: str) -> None:
    reply = page(service, path)
    assert reply.status_code == 422
    assert reply.headers["Content-Type"].startswith("text/html")
    assert said in reply.text


def test_the_first_visit_says_what_to_do(tmp_path_factory: pytest.TempPathFactory) -> None:
    with serving(tmp_path_factory.mktemp("empty") / "sales.db") as empty:
        enter(empty)
        text = page(empty, "/?lang=ru").text
        assert "Добро пожаловать" in text
        assert f"import stores shops.csv --to {empty.url}" in text
        assert "готово" not in text
        empty.post("/stores", {"id": 1, "address": "Street"})
        assert page(empty).text.count("✓") == 1
