"""How connections end: as was said, in time, and with nothing done that nobody will hear of."""

import json
import re
import signal
import socket
import sqlite3
import struct
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from quart_app.web.plain import PlainExchange, plain_request
from tests.dashboard.today import local_now, noon_zone, sold, with_shops
from tests.people import token_of
from tests.raw import connected, hear, is_closed
from tests.service import API, Service, receipt, serving, with_catalogue

# A byte that is not ASCII keeps a request off the short way.
WAYS = pytest.mark.parametrize("odd", ["", "X: \xe9\r\n"], ids=["short way", "long way"])
_STORE = {"id": 77, "address": "x"}


def _request(first: str, lines: str = "", body: object = None, host: str = "localhost") -> bytes:
    sent = b"" if body is None else json.dumps(body).encode()
    if sent:
        lines += f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n"
    return f"{first} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n".encode("latin-1") + sent


def _answers(connection: socket.socket) -> list[bytes]:
    """All that comes until the service closes."""
    got = b""
    while part := connection.recv(65_536):
        got += part
    return re.split(rb"HTTP/1\.1 (?=\d)", got)[1:]


def _hang_up(connection: socket.socket) -> None:
    """Without a word: the service is told that the connection is no more."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@WAYS
def test_nothing_is_done_after_the_answer_that_says_close(
    shared_service: Service, odd: str
) -> None:
    """Which is what a page gets that was led here by another name."""
    with connected(shared_service) as connection:
        strange = _request("GET /healthz", odd, host="evil.example")
        connection.sendall(strange + _request(f"POST {API}/stores", odd, _STORE))
        [only] = _answers(connection)
    assert only.startswith(b"421")
    assert b"\r\nconnection: close\r\n" in only
    assert shared_service.get("/stores/77").status_code == 404


@WAYS
def test_the_thousandth_answer_is_the_last_and_says_so(shared_service: Service, odd: str) -> None:
    with connected(shared_service) as connection:
        for number in range(1, 1_001):
            connection.sendall(_request("GET /healthz", odd))
            said = hear(connection)
            assert (said.headers.get("connection") == "close") is (number == 1_000)
        assert is_closed(connection)


@WAYS
def test_a_refusal_after_head_has_its_body(shared_service: Service, odd: str) -> None:
    with connected(shared_service) as connection:
        connection.sendall(_request(f"HEAD {API}/stores", odd) + b"xyz\r\n\r\n")
        head, refused = _answers(connection)
    assert head.startswith(b"200")
    assert refused.endswith(b'"code":"bad_request"}')


@WAYS
def test_who_closes_his_side_after_two_requests_is_let_go_with_both_answers(
    shared_service: Service, odd: str
) -> None:
    with connected(shared_service) as connection:
        asked = _request(f"GET {API}/reports/summary", odd)
        connection.sendall(asked + asked)
        connection.shutdown(socket.SHUT_WR)
        begun = time.monotonic()
        assert [answer[:3] for answer in _answers(connection)] == [b"200", b"200"]
        assert time.monotonic() - begun < 3


@WAYS
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_client_that_hangs_up_meanwhile_is_no_error(
    service: Service, method: str, odd: str
) -> None:
    """At many moments: that there is no traceback is seen to when the service ends."""
    for number in range(40):
        with connected(service) as connection:
            connection.sendall(_request(f"{method} {API}/reports/summary", odd))
            time.sleep(number / 10_000)
            _hang_up(connection)


@contextmanager
def _held_up(service: Service) -> Iterator[None]:
    """Nothing is written meanwhile: another holds the file, for five seconds at most."""
    with closing(sqlite3.connect(service.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


@WAYS
def test_who_has_closed_his_side_hears_that_the_service_stops(database: Path, odd: str) -> None:
    service = Service(database, graceful_timeout_s="1")
    with_catalogue(service)
    with ThreadPoolExecutor(1) as pool, connected(service) as connection:
        with _held_up(service):
            connection.sendall(_request(f"POST {API}/sales", odd, receipt("one")))
            connection.shutdown(socket.SHUT_WR)
            time.sleep(0.5)
            stopping = pool.submit(service.stop)
            said = hear(connection)
        status, printed = stopping.result()
    assert said.problem["code"] == "stopping"
    assert status == 0, printed
    assert "Traceback" not in printed, printed


@pytest.fixture
def live(database: Path) -> Iterator[Service]:
    """A service whose owner is signed in, and that has few places."""
    with serving(database, timezone=noon_zone(), connections_per_client="4") as running:
        yield with_shops(running)


def _follow(service: Service, odd: str) -> bytes:
    """Asks for a live page, which is an answer without an end."""
    return _request("GET /live", f"Cookie: session={token_of(service)}\r\n{odd}")


@WAYS
def test_what_waits_behind_an_answer_is_not_done_when_the_service_stops(
    live: Service, odd: str
) -> None:
    with connected(live) as connection:
        connection.sendall(_follow(live, odd) + _request(f"POST {API}/stores", odd, _STORE))
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        begun = time.monotonic()
        live.client.close()
        live.process.send_signal(signal.SIGTERM)
        live.process.wait(30)
        assert time.monotonic() - begun < 5
    with sqlite3.connect(live.database) as database:
        assert database.execute("SELECT count(*) FROM stores WHERE id = 77").fetchone() == (0,)


@WAYS
def test_who_hangs_up_behind_an_answer_without_end_gives_its_place_back(
    live: Service, odd: str
) -> None:
    for _ in range(4):
        with connected(live, "127.0.0.2") as connection:
            connection.sendall(_follow(live, odd) + _request("GET /healthz", odd))
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
            _hang_up(connection)
    begun = time.monotonic()
    for number in range(1_000):
        # Each is sent to the open pages.
        live.post("/sales", sold(f"r{number}", local_now(), "1.00")).raise_for_status()
        with connected(live, "127.0.0.2") as connection:
            connection.sendall(_request("GET /healthz"))
            if hear(connection).status == 200:
                break
        assert time.monotonic() - begun < 12
        time.sleep(0.2)


def test_a_body_that_is_refused_does_not_hold_up_a_stop(database: Path) -> None:
    service = Service(database)
    with connected(service) as connection:
        lines = "Content-Type: application/json\r\nContent-Length: 90000000\r\n"
        connection.sendall(_request(f"POST {API}/sales", lines) + b"{")
        assert hear(connection).status == 413
        begun = time.monotonic()
        status, said = service.stop()
    assert status == 0, said
    assert "cut off" not in said, said
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("value", [b"a\r\nb: c", b"a\rb", b"a\nb", b"\x00", b"\x1b", b"\x7f"])
async def test_no_control_character_goes_out_in_a_head(value: bytes) -> None:
    """No route lets one in; were there one, it would not forge an answer."""
    written = []

    async def write(data: bytes) -> None:
        written.append(data)

    request = plain_request(_request("GET /"))
    assert request is not None
    exchange = PlainExchange(request, {}, lambda _: b"", write)
    body = {"type": "http.response.body", "body": b""}
    good = (b"x", "caf\xe9\tau lait".encode())
    await exchange.send({"type": "http.response.start", "status": 200, "headers": [good]})
    await exchange.send(body)
    assert good[1] in b"".join(written)
    written.clear()
    exchange = PlainExchange(request, {}, lambda _: b"", write)
    await exchange.send({"type": "http.response.start", "status": 200, "headers": [(b"x", value)]})
    with pytest.raises(RuntimeError):
        await exchange.send(body)
    assert written == []
