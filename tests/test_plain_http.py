"""The short way reads of a request what h11 reads, and leaves everything else to h11."""

import h11
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quart_app.web.plain import PlainRequest, plain_request

_LINES = (
    b"Host: localhost",
    b"host:a",
    b"Content-Length: 2",
    b"Content-Length: 0",
    b"Content-Length: 2, 2",
    b"Content-Length: +2",
    b"Content-Length: \xb2",
    b"Content-Length:",
    b"Transfer-Encoding: chunked",
    b"Transfer-Encoding : chunked",
    b"Connection: close",
    b"Connection: keep-alive",
    b"Connection: Upgrade",
    b"Upgrade: websocket",
    b"Expect: 100-continue",
    b"X: 1",
    b"X:\t a b \t",
    b"X: \x00",
    b"X: \xe9",
    b"X",
    b" X: folded",
    b": no name",
    b"X Y: 1",
    b"X: 1\rContent-Length: 2",
    b"X: 1\nContent-Length: 2",
)
_PLAIN = (b"Connection: keep-alive", b"X: 1", b"X:\t a b \t")
_METHODS = (b"GET", b"POST", b"get", b"POST ", b"CONNECT", b"BREW", b"")
_TARGETS = (b"/", b"/a?b=%20", b"/a b", b"*", b"http://x/", b"/\xc3\xa9", b"/\x7f", b"")
_VERSIONS = (b"HTTP/1.1", b"HTTP/1.0", b"HTTP/1.2", b"http/1.1", b"HTTP/2", b"")
_BREAKS = (b"\r\n", b"\n", b"\r", b"\r\n ")
_BODIES = (b"", b"{}", b"{}GET / HTTP/1.1\r\n\r\n", b"{", b"2\r\n{}\r\n0\r\n\r\n")


@st.composite
def _requests(draw: st.DrawFn) -> bytes:
    """Requests that are right for the most part, with something odd here and there."""

    def mostly(usual: bytes, others: tuple[bytes, ...]) -> bytes:
        return usual if draw(st.integers(0, 3)) else draw(st.sampled_from(others))

    first = b" ".join(
        (mostly(b"POST", _METHODS), mostly(b"/a", _TARGETS), mostly(b"HTTP/1.1", _VERSIONS))
    )
    lines = [mostly(b"Host: localhost", _LINES), mostly(b"Content-Length: 2", _LINES)]
    lines += draw(st.lists(st.sampled_from(_LINES), max_size=2))
    text = b"".join(line + mostly(b"\r\n", _BREAKS) for line in [first, *lines])
    return text + mostly(b"\r\n", _BREAKS) + mostly(b"{}", _BODIES)


def _by_h11(data: bytes) -> PlainRequest | None:
    """The first request as h11 has it; None where it finds fault, or waits for more."""
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    try:
        head = connection.next_event()
        if not isinstance(head, h11.Request):
            return None
        body = b""
        while isinstance(event := connection.next_event(), h11.Data):
            body += bytes(event.data)
    except h11.RemoteProtocolError:
        return None
    if not isinstance(event, h11.EndOfMessage):
        return None
    rest = connection.trailing_data[0]
    return PlainRequest(head.method.decode(), head.target, list(head.headers), body, rest)


@settings(max_examples=1_000)
@given(_requests() | st.binary(max_size=60))
@example(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
@example(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n")
def test_what_is_read_the_short_way_is_what_h11_reads(data: bytes) -> None:
    found = plain_request(data)
    if found is not None:
        assert found == _by_h11(data)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_what_a_till_or_a_browser_sends_goes_the_short_way(method: str) -> None:
    head = f"{method} /api/v1/sales?a=1 HTTP/1.1\r\nHost: localhost:8000\r\nAccept: */*\r\n"
    more = "Connection: keep-alive\r\nCookie: session=abc; a=b\r\nContent-Length: 2\r\n\r\n"
    found = plain_request((head + more).encode() + b"{}rest")
    assert found is not None
    assert (found.method, found.target) == (method, b"/api/v1/sales?a=1")
    assert (found.body, found.rest) == (b"{}", b"rest")


@pytest.mark.parametrize(
    "line",
    [
        *(line for line in _LINES[4:] if line not in _PLAIN),
        b"Host: other",
        b"Content-Length: " + b"9" * 5_000,
        b"TE: trailers",
        b"X: " + b"x" * 16_384,
        b"\r\n".join(b"X%d: 1" % number for number in range(65)),
    ],
)
def test_what_is_odd_goes_the_long_way(line: bytes) -> None:
    plain = b"POST / HTTP/1.1\r\nHost: a\r\n"
    assert plain_request(plain + b"\r\n") is not None
    assert plain_request(plain + line + b"\r\n\r\n{}") is None
