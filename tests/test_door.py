"""What a browser is told of every answer, and which pages may write: origin, site, method, host."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path

import httpx
import pytest

from tests.raw import ask, connected, hear
from tests.service import API, Service, command, serving, with_catalogue

OWN = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
READS, WRITES = ("GET", "HEAD", "OPTIONS"), ("POST", "PUT", "PATCH", "DELETE")
HERE, THERE, NAMED = "http://{host}", "http://evil.example", "https://panel.example"
ORIGINS = (
    *(None, HERE, "https://{host}", "null", "", THERE, "http://{host}.evil.example"),
    *("http://localhost:1", "http://127.0.0.1", "HTTP://{host}", "http://{host}/", "ftp://{host}"),
)
SITES = (None, "same-origin", "none", "same-site", "cross-site", "", "strange")


def may_write(origin: str | None, site: str | None) -> bool:
    """The rule, as it is promised."""
    return origin in (None, HERE, "https://{host}") and site in (None, "same-origin", "none")


@pytest.mark.parametrize("method", READS + WRITES)
def test_who_may_write(shared_service: Service, method: str) -> None:
    host = shared_service.url.removeprefix("http://")
    with httpx.Client(base_url=shared_service.url) as client:
        for origin, site in product(ORIGINS, SITES):
            headers = {"Origin": origin.format(host=host)} if origin is not None else {}
            if site is not None:
                headers["Sec-Fetch-Site"] = site
            reply = client.request(method, f"{API}/products/500", headers=headers)
            is_refused = reply.status_code == 403
            is_right = method in READS or may_write(origin, site)
            assert is_refused is not is_right, (method, origin, site, reply)
            assert "access-control-allow-origin" not in reply.headers
            if is_refused:
                assert reply.json()["code"] == "cross_site"


HOSTS = {
    "localhost": True,
    "localhost:8000": True,
    "LOCALHOST:1": True,
    "shop.localhost:8000": True,
    "127.0.0.1:8000": True,
    "127.9.9.9": True,
    "[::1]:8000": True,
    "192.168.0.7": True,
    "": True,
    "evil.example": False,
    "evil.example:8000": False,
    "localhost.evil.example": False,
    "127.0.0.1.evil.example": False,
    "evil-localhost": False,
    "localhost:": False,
    "localhost:80:80": False,
    "[::1": False,
    "2130706433": False,
    "sales.example.com": False,
}


@pytest.mark.parametrize(("host", "is_taken"), HOSTS.items())
def test_a_name_that_is_not_ours_may_be_led_here(
    shared_service: Service, host: str, is_taken: bool
) -> None:
    for request in (f"GET {API}/stores", f"POST {API}/sales"):
        raw = f"{request} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n"
        said = ask(shared_service, raw.encode())
        if is_taken:
            assert said.status in (200, 400)
        else:
            assert (said.status, said.problem["code"]) == (421, "unknown_host")


def test_every_answer_is_strict(shared_service: Service) -> None:
    def headers_of(method: str, path: str, **sent: str) -> httpx.Headers:
        return shared_service.request(method, path, headers=sent).headers

    kept = OWN | {"cache-control": "no-cache"}
    stores = headers_of("GET", "/stores")
    for headers, expected in (
        (headers_of("GET", "/stores/1"), OWN),
        (headers_of("GET", "/nothing"), OWN),
        (headers_of("POST", "/stores"), OWN),
        (headers_of("POST", "/sales", Origin=THERE), OWN),
        (headers_of("TRACE", "/stores"), OWN),
        (headers_of("GET", f"{shared_service.url}/healthz"), OWN),
        (stores, kept),
        (headers_of("GET", "/stores", **{"If-None-Match": stores["etag"]}), kept),
        (headers_of("GET", "/reports/summary"), kept),
        (headers_of("GET", "/reports/summary?format=csv"), kept),
    ):
        for name, value in expected.items():
            assert headers.get_list(name) == [value], name
        assert headers.get_list("date")
        assert "server" not in headers
        assert "access-control-allow-origin" not in headers


def test_what_an_answer_says_itself_is_kept() -> None:
    from quart_app.web.strict_headers import strict_lines

    page = strict_lines([(b"content-security-policy", b"default-src 'self'")])
    assert b"content-security-policy" not in page
    assert b"nosniff" in page
    assert b"cache-control: private, no-cache\r\n" in strict_lines([(b"etag", b'"1"')])


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that knows its name and a page of another site."""
    database = tmp_path_factory.mktemp("known") / "sales.db"
    names = {"hostnames": "sales.example.com, box:8443", "cors_origins": f"{NAMED},http://a:81"}
    with serving(database, **names) as running:
        yield with_catalogue(running)


def test_a_named_site_may_call(known: Service) -> None:
    for origin in (NAMED, "http://a:81"):
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        leave = known.request("OPTIONS", "/sales", headers=asked)
        assert leave.status_code == 204
        assert leave.headers["access-control-allow-origin"] == origin
        assert "Authorization" in leave.headers["access-control-allow-headers"]
        assert "POST" in leave.headers["access-control-allow-methods"]
        sent = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        for reply in (
            known.post("/sales", {"product_id": 1, "store_id": 1}, headers=sent),
            known.get("/reports/summary", headers=sent),
            known.get("/nothing", headers=sent),
        ):
            assert reply.status_code in (201, 200, 404)
            assert reply.headers["access-control-allow-origin"] == origin
            assert "Idempotent-Replayed" in reply.headers["access-control-expose-headers"]
            assert reply.headers["vary"].endswith("Origin")
        assert "access-control-allow-credentials" not in leave.headers


@pytest.mark.parametrize(
    "origin", [THERE, "null", "", NAMED.replace("https", "http"), f"{NAMED}:1"]
)
def test_other_sites_may_not_although_one_is_named(known: Service, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    leave = known.request("OPTIONS", "/sales", headers=asked)
    read = known.get("/stores", headers={"Origin": origin})
    write = known.post("/sales", {}, headers={"Origin": origin})
    assert (read.status_code, write.status_code) == (200, 403)
    for reply in (leave, read, write, known.get("/stores")):
        assert "access-control-allow-origin" not in reply.headers
        assert reply.status_code == 403 or reply.headers["vary"].endswith("Origin")


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("sales.example.com", "https://sales.example.com", 400),
        ("sales.example.com", "http://sales.example.com:80", 400),
        ("sales.example.com:443", "https://sales.example.com", 400),
        ("Sales.Example.com", "https://sales.example.com", 400),
        ("127.0.0.1:8000", "https://sales.example.com", 400),
        ("127.0.0.1:8000", "https://box:8443", 400),
        ("box", "https://box:8443", 400),
        ("127.0.0.1:8000", "https://box", 403),
        ("127.0.0.1:8000", "https://sales.example.com:444", 403),
        ("sales.example.com", "https://other.example.com", 403),
        ("other.example.com", "https://other.example.com", 421),
    ],
)
def test_behind_a_proxy(known: Service, host: str, origin: str, status: int) -> None:
    """Which passes Host on or not, and ends TLS."""
    raw = f"POST {API}/sales HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nContent-Length: 0\r\n"
    assert ask(known, f"{raw}\r\n".encode()).status == status


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cors_origins", "*"),
        ("cors_origins", "panel.example"),
        ("cors_origins", "https://panel.example/"),
        ("cors_origins", "https://panel.example:443"),
        ("cors_origins", "null"),
        ("hostnames", "https://sales.example.com"),
        ("hostnames", "*.example.com"),
        ("connections", "0"),
    ],
)
def test_a_setting_that_cannot_be(database: Path, name: str, value: str) -> None:
    done = command("serve", database=database, **{name: value})
    assert done.returncode == 1
    assert f"SALES_{name.upper()}" in done.stderr
    assert "Traceback" not in done.stderr


def test_connections_of_one_address_and_of_all_have_an_end(database: Path) -> None:
    limits = {"connections": "5", "connections_per_client": "3"}
    hello = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with serving(database, **limits) as service:
        service.client.close()

        def status(source: str) -> int | None:
            with connected(service, source) as connection:
                connection.sendall(hello)
                said = hear(connection)
                if said.status == 503:
                    assert said.problem["code"] == "too_many_connections"
                    assert said.headers["retry-after"] == "1"
                return said.status

        def take_place(places: ExitStack, source: str) -> None:
            """Connect and stay; whoever went before may not have been missed yet."""
            end = time.monotonic() + 10
            while time.monotonic() < end:
                with ExitStack() as trying:
                    connection = trying.enter_context(connected(service, source))
                    connection.sendall(hello)
                    if hear(connection).status == 200:
                        places.push(trying.pop_all())
                        return
            raise AssertionError("no place was given back")

        with ExitStack() as places:
            for _ in range(3):
                take_place(places, "127.0.0.1")
            assert status("127.0.0.1") == 503
            assert status("127.0.0.2") == 200
            for _ in range(2):
                take_place(places, "127.0.0.2")
            assert status("127.0.0.3") == 503
        for _ in range(20):
            assert status("127.0.0.1") in (200, 503)
        assert status("127.0.0.1") == 200


def test_who_is_turned_away_is_told_the_id_of_the_log(shared_service: Service) -> None:
    client, stores = shared_service.client, f"{shared_service.url}{API}/stores"
    for reply, status in (
        (client.get(stores, headers={"Host": "evil.example"}), 421),
        (
            client.post(stores, headers={"Sec-Fetch-Site": "cross-site", "X-Request-Id": "mine"}),
            403,
        ),
    ):
        assert reply.status_code == status
        assert reply.json()["request_id"] == reply.headers["X-Request-Id"] != ""
    assert reply.json()["request_id"] == "mine"
