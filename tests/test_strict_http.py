"""HTTP that two servers could read in two ways, or that nobody needs, is refused and said why."""

import socket

import pytest

from tests.raw import ask, connected, hear, is_closed
from tests.service import API, Service

GET = f"GET {API}/stores HTTP/1.1\r\nHost: localhost\r\n"
POST = f"POST {API}/sales HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (POST + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "ambiguous"),
        (GET + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "ambiguous"),
        (POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400, "bad_request"),
        (POST + "Content-Length: 2, 3\r\n\r\n{}", 400, "bad_request"),
        (POST + "Content-Length: +2\r\n\r\n{}", 400, "bad_request"),
        (POST + "Content-Length: -2\r\n\r\n{}", 400, "bad_request"),
        (POST + f"Content-Length: {'9' * 30}\r\n\r\n", 400, "bad_request"),
        (POST + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501, "transfer_encoding"),
        (POST + "Transfer-Encoding: chunked\r\n" * 2 + "\r\n", 501, "transfer_encoding"),
        (CHUNKED.replace("HTTP/1.1", "HTTP/1.0") + "0\r\n\r\n", 400, "ambiguous"),
        (CHUNKED + "xyz\r\n", 400, "bad_request"),
        (CHUNKED + "-1\r\n", 400, "bad_request"),
        (CHUNKED + "2\r\n{}xx0\r\n\r\n", 400, "bad_request"),
        (CHUNKED + f"{'f' * 30}\r\n", 400, "bad_request"),
        (GET + "X: a\x00b\r\n\r\n", 400, "bad_request"),
        (GET + "X Y: 1\r\n\r\n", 400, "bad_request"),
        (GET + "X : 1\r\n\r\n", 400, "bad_request"),
        (GET + "Content-Length: 2\r\nTransfer-Encoding:\r\n chunked\r\n\r\n", 400, "ambiguous"),
        (GET.replace("Host", " X: 1\r\nHost") + "\r\n", 400, "bad_request"),
        (GET + "Host: other\r\n\r\n", 400, "bad_request"),
        (f"GET {API}/stores HTTP/1.1\r\n\r\n", 400, "bad_request"),
        (GET + "X: 1\r\n" * 70 + "\r\n", 431, "headers_too_large"),
        (GET + f"X: {'x' * 20_000}\r\n\r\n", 431, "headers_too_large"),
        (GET + f"X: {'x' * 200_000}\r\n\r\n", 431, "headers_too_large"),
        (GET + f"X: {'x' * 200_000}", 431, "headers_too_large"),
        (GET.replace("/stores", f"/stores?q={'x' * 20_000}") + "\r\n", 431, "headers_too_large"),
        ("GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad_request"),
        ("CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n", 400, "bad_request"),
        ("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad_request"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http_version"),
        (GET.replace("1.1", "1.2") + "\r\n", 505, "http_version"),
        (GET.replace("1.1", "0.9") + "\r\n", 505, "http_version"),
        (GET.replace(" HTTP/1.1", "") + "\r\n", 400, "bad_request"),
        ("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "bad_request"),
    ],
    ids=lambda value: repr(value)[-60:] if isinstance(value, str) else None,
)
def test_what_is_not_plain_is_refused(
    shared_service: Service, raw: str, status: int, code: str
) -> None:
    said = ask(shared_service, raw.encode("latin-1"))
    assert (said.status, said.problem["code"]) == (status, code)
    assert said.headers["connection"] == "close"
    assert said.headers["x-content-type-options"] == "nosniff"


def test_a_refused_requests_rest_is_not_taken_for_another(shared_service: Service) -> None:
    """What would have been smuggled in is thrown away with its connection."""
    inner = "POST /api/v1/stores HTTP/1.1\r\nHost: localhost\r\nContent-Length: 25\r\n\r\n"
    inner += '{"id": 77, "address": "x"}'
    outer = POST + f"Content-Length: {len(inner)}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    with connected(shared_service) as connection:
        connection.sendall((outer + inner).encode())
        assert hear(connection).problem["code"] == "ambiguous"
        assert is_closed(connection)
    assert shared_service.get("/stores/77").status_code == 404


def test_a_refusal_of_head_has_no_body(shared_service: Service) -> None:
    raw = GET.replace("GET", "HEAD") + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connected(shared_service) as connection:
        connection.sendall(raw.encode())
        head = connection.recv(65_536)
        assert head.startswith(b"HTTP/1.1 400")
        assert head.endswith(b"\r\n\r\n")


WEBSOCKET = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"


@pytest.mark.parametrize("asked", [WEBSOCKET, H2C], ids=["websocket", "h2c"])
def test_an_upgrade_is_passed_over(shared_service: Service, asked: str) -> None:
    with connected(shared_service) as connection:
        for _ in range(2):
            connection.sendall((GET + asked + "\r\n").encode())
            said = hear(connection)
            assert said.status == 200
            assert said.body.startswith(b"[{")


def test_http_1_0_is_answered_and_closed(shared_service: Service) -> None:
    with connected(shared_service) as connection:
        connection.sendall(f"GET {API}/stores HTTP/1.0\r\n\r\n".encode())
        assert hear(connection).status == 200
        assert is_closed(connection)


def test_requests_sent_at_once_are_answered_in_order(shared_service: Service) -> None:
    with connected(shared_service) as connection:
        ids = (1, 2, 99, 1)
        asked = "".join(GET.replace("/stores", f"/stores/{one}") + "\r\n" for one in ids)
        connection.sendall(asked.encode())
        got = b""
        while got.count(b"HTTP/1.1 ") < len(ids) or not got.endswith(b"}"):
            got += connection.recv(65_536)
    statuses = [part[:3] for part in got.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"200", b"404", b"200"]


def test_who_has_closed_his_side_still_gets_his_answer(shared_service: Service) -> None:
    for path in ("stores", "reports/summary"):
        with connected(shared_service) as connection:
            connection.sendall((GET.replace("stores", path) + "\r\n").encode())
            connection.shutdown(socket.SHUT_WR)
            said = hear(connection)
            assert said.status == 200
            assert len(said.body) == int(said.headers["content-length"])
            assert is_closed(connection)


def test_a_body_that_breaks_off_is_400_and_nothing_is_kept(shared_service: Service) -> None:
    with connected(shared_service) as connection:
        connection.sendall((POST + "Content-Length: 50\r\n\r\n{").encode())
        connection.shutdown(socket.SHUT_WR)
        assert hear(connection).problem["code"] == "bad_request"
