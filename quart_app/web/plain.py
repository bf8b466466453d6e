"""The short way for what nearly every request is: plain, and here whole with one read.

h11 takes a request apart in many small steps, and Hypercorn hands it on event by event through a
queue: a fifth of all that a post costs. A request that is certainly plain is read here in one
step. Whatever is not goes the long way, where h11 alone decides what is HTTP.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import unquote

from quart_app.web.limits import MAX_HEAD_BYTES, MAX_HEADERS

Headers = list[tuple[bytes, bytes]]

_END = b"\r\n\r\n"
# One pass, no way back: a method, a path, lines of printable ASCII.
_HEAD = re.compile(
    rb"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (/[!-~]*) HTTP/1\.1"
    rb"((?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~]*)+)"
)
# What changes how a message ends or what the connection becomes.
_NOT_PLAIN = frozenset((b"transfer-encoding", b"expect", b"upgrade", b"te", b"trailer"))
_MAX_DIGITS = 8
# What a line of an answer may have in it.
_TEXT = bytes({*range(256)} - {*range(32), 127} | {9})
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
# A longer body is sent apart from its head rather than copied behind it.
_SHORT_BYTES = 16 << 10


class PlainRequest(NamedTuple):
    """A request that is here whole, and what came behind it."""

    method: str
    target: bytes
    headers: Headers
    body: bytes
    rest: bytes


def plain_request(data: bytes) -> PlainRequest | None:
    """The first request of these bytes; None where it is not certainly plain, or not whole."""
    end = data.find(_END)
    if not 0 <= end <= MAX_HEAD_BYTES or data.count(b"\n", 0, end) > MAX_HEADERS:
        return None
    head = _HEAD.fullmatch(data, 0, end)
    if head is None:
        return None
    lines = [line.partition(b":") for line in head[3].split(b"\r\n")[1:]]
    headers = [(name.lower(), value.strip()) for name, _, value in lines]
    found = dict(headers)
    length = found.get(b"content-length", b"0")
    if (
        len(found) < len(headers)
        or b"host" not in found
        or found.get(b"connection", b"keep-alive").lower() != b"keep-alive"
        or not found.keys().isdisjoint(_NOT_PLAIN)
        or not length.isdigit()
        or len(length) > _MAX_DIGITS
    ):
        return None
    start = end + len(_END)
    stop = start + int(length)
    if stop > len(data):
        return None
    return PlainRequest(head[1].decode("ascii"), head[2], headers, data[start:stop], data[stop:])


class PlainExchange:
    """One plain request and its answer, as an ASGI app sees them."""

    def __init__(
        self,
        request: PlainRequest,
        fixed: dict[str, Any],
        lines: Callable[[Headers], bytes],
        write: Callable[[bytes], Awaitable[None]],
    ) -> None:
        path, _, query_string = request.target.partition(b"?")
        text = path.decode("ascii")
        self.scope = fixed | {
            "method": request.method,
            "path": unquote(text) if "%" in text else text,
            "raw_path": path,
            "query_string": query_string,
            "headers": request.headers,
            "state": {},
            "extensions": {},
        }
        self._body: bytes | None = request.body
        self._lines = lines
        self._write = write
        self._head: dict[str, Any] | None = None
        self._is_chunked = self._is_bodiless = self._is_closing = False
        self._left = 0
        self.is_begun = False
        """Whether some of the answer has been sent."""
        self._is_whole = False
        self._gone: asyncio.Future[None] | None = None
        self._over: asyncio.Future[None] | None = None
        self._is_gone = False

    @property
    def is_last(self) -> bool:
        """Whether the connection ends with it, since it says so or was not sent whole."""
        return self._is_closing or not self._is_whole

    def leave(self) -> None:
        """The client has gone."""
        self._is_gone = True
        _settle(self._gone)

    def end(self) -> None:
        """Nothing more comes of it."""
        self.leave()
        _settle(self._over)

    async def ended(self) -> None:
        """Wait until nothing more comes of it."""
        if self._over is None:
            self._over = asyncio.get_running_loop().create_future()
        await self._over

    async def receive(self) -> dict[str, Any]:
        """The whole body, and then that the client has gone, when it has."""
        if self._body is not None:
            body, self._body = self._body, None
            return {"type": "http.request", "body": body, "more_body": False}
        if not self._is_gone:
            if self._gone is None:
                self._gone = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._gone)
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        """Send the head of the answer with what comes first of its body, then the rest."""
        if message["type"] == "http.response.start":
            if self._head is not None:
                raise RuntimeError("an answer began twice")
            self._head = message
            return
        if message["type"] != "http.response.body" or self._head is None or self._is_whole:
            raise RuntimeError(f"{message['type']} came out of its turn")
        body, more = message.get("body", b""), message.get("more_body", False)
        head = b"" if self.is_begun else self._begin(self._head)
        parts = [head]
        if self._is_bodiless:
            body = b""
        elif self._is_chunked:
            if body:
                parts.append(b"%x\r\n" % len(body))
                body += b"\r\n"
            body += b"" if more else b"0\r\n\r\n"
        else:
            self._left -= len(body)
            if self._left < 0 or (self._left and not more):
                raise RuntimeError("a body is not as long as its head says")
        self.is_begun = True
        if len(body) < _SHORT_BYTES:
            parts.append(body)
            body = b""
        await self._write(b"".join(parts))
        if body:
            await self._write(body)
        self._is_whole = not more

    async def answer(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer in the app's stead, which has sent nothing."""
        self._head = None
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    def _begin(self, message: dict[str, Any]) -> bytes:
        status, headers = int(message["status"]), list(message["headers"])
        self._is_bodiless = self.scope["method"] == "HEAD" or status in _BODILESS
        said = dict(headers)
        length = said.get(b"content-length")
        self._left = int(length or 0)
        self._is_closing = said.get(b"connection") == b"close"
        self._is_chunked = length is None and not self._is_bodiless
        if self._is_chunked:
            headers.append((b"transfer-encoding", b"chunked"))
        lines = b"".join([b"%b: %b\r\n" % line for line in headers])
        if lines.translate(None, _TEXT) != b"\r\n" * len(headers):
            raise RuntimeError("a header of the answer has a control character in it")
        return b"HTTP/1.1 %d \r\n%b%b\r\n" % (status, lines, self._lines(headers))


def _settle(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_result(None)
