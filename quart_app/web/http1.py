"""HTTP/1.1 and nothing else, over Hypercorn's protocol: what is ambiguous is refused.

HTTP/2 without TLS and websockets are off: no client of the service speaks them, and a browser's
HTTP/2 ends at the proxy. A request to upgrade is answered as if it had not asked. What two servers
could read in two ways, which is how one request is smuggled behind another, is 400.
"""

import asyncio
import re
from http import HTTPStatus
from typing import Any

import h11
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.protocol.events import Body, EndBody, Request, Response, StreamClosed
from hypercorn.protocol.events import Event as StreamEvent
from hypercorn.protocol.h11 import STREAM_ID, H11Protocol
from hypercorn.protocol.http_stream import ASGIHTTPState, HTTPStream
from hypercorn.typing import ConnectionState

from quart_app.web.large_bodies import FLOW, Flow
from quart_app.web.limits import MAX_HEAD_BYTES, MAX_HEADERS
from quart_app.web.plain import Headers, PlainExchange, plain_request
from quart_app.web.refusals import (
    AMBIGUOUS,
    BROKEN,
    BROKEN_HTTP,
    BY_STATUS,
    STOPPING,
    TARGET,
    VERSION,
    Refusal,
    error_headers,
)
from quart_app.web.strict_headers import strict_lines

_END_OF_HEAD = re.compile(rb"\n\r?\n")


class _Parser(h11.Connection):
    """Looks how long a head is before it is taken apart, which costs the more the longer it is."""

    is_over = False
    """Whether the connection is being closed: what still comes is not looked at."""

    def next_event(self) -> h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]:
        """The next of what has come."""
        if self.is_over:
            return h11.NEED_DATA
        if self.their_state is h11.IDLE:
            waiting = self.trailing_data[0]
            end = _END_OF_HEAD.search(waiting)
            size = end.start() if end else len(waiting)
            if size > MAX_HEAD_BYTES or waiting.count(b"\n", 0, size) > MAX_HEADERS:
                raise h11.RemoteProtocolError("a long head", error_status_hint=431)
        return super().next_event()


def _fault(request: h11.Request, headers: Headers) -> Refusal | None:
    if request.http_version not in (b"1.1", b"1.0"):
        return VERSION
    if request.target[:1] != b"/":
        return TARGET
    found = dict(headers)
    if b"transfer-encoding" in found and (
        b"content-length" in found or request.http_version == b"1.0"
    ):
        return AMBIGUOUS
    return None


class StrictProtocol(H11Protocol):
    """One connection's requests and answers as bytes."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.connection = self._parser = _Parser(
            h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES
        )
        self._method = b"GET"
        self._is_refused = False
        self._exchange: PlainExchange | None = None
        self._fixed = {
            "type": "http",
            "http_version": "1.1",
            "asgi": {"spec_version": "2.1", "version": "3.0"},
            "scheme": "https" if self.ssl else "http",
            "root_path": self.config.root_path,
            "client": self.client,
            "server": self.server,
        }

    @property
    def is_answering(self) -> bool:
        """Whether a request has not been answered yet."""
        return self.stream is not None or self._exchange is not None

    @property
    def owes_body(self) -> bool:
        """Whether the client has yet to send some of a body."""
        return self.connection.their_state is h11.SEND_BODY

    @property
    def owes_nothing(self) -> bool:
        """Whether the client has sent all of its request."""
        return not (self._is_refused or self.owes_body)

    async def handle(self, event: Event) -> None:
        """Take what the client sent, or that it has gone."""
        if not isinstance(event, RawData):
            if self._exchange is not None:
                self._exchange.leave()
            await super().handle(event)
            return
        if not event.data:
            # The client has closed its side; it may yet read its answer.
            await super().handle(event)
            return
        data = event.data
        while data and not self._parser.is_over:
            if self._exchange is not None:
                await self._exchange.ended()
                continue
            request = plain_request(data) if self._is_fresh() else None
            if request is None:
                await super().handle(RawData(data))
                return
            await self.send(Updated(idle=False))
            self.keep_alive_requests += 1
            self._exchange = PlainExchange(request, self._fixed, self._standing, self._write)
            self.task_group.spawn(self._answer_plainly, self._exchange)
            data = request.rest

    def _is_open(self) -> bool:
        """Whether the client may send another request, as far as h11 knows."""
        return self.connection.our_state is self.connection.their_state is h11.IDLE

    def _is_fresh(self) -> bool:
        """Whether what comes next is a request, and not the last of its connection."""
        return (
            self._is_open()
            and not self.connection.trailing_data[0]
            and self.keep_alive_requests + 1 < self.config.keep_alive_max_requests
        )

    async def _answer_plainly(self, exchange: PlainExchange) -> None:
        try:
            app: Any = self.app
            await app(exchange.scope, exchange.receive, exchange.send, _unused, _unused)
        except Exception:  # noqa: BLE001 - the client is told, the log says what it was
            await self.config.log.exception("Error in ASGI Framework")
        finally:
            is_stopping = self.context.terminated.is_set()
            if not exchange.is_begun:
                refusal = STOPPING if is_stopping else BROKEN
                body = refusal.body()
                self._is_refused = True
                await exchange.answer(refusal.status, error_headers(refusal, body), body)
            self._exchange = None
            if is_stopping or exchange.is_last or not self._is_open():
                await self.send(Closed())
            else:
                await self.send(Updated(idle=True))
            exchange.end()

    def _standing(self, headers: Headers) -> bytes:
        """The lines that every answer has."""
        return strict_lines(headers) + _date(self.config)

    async def _write(self, data: bytes) -> None:
        await self.send(RawData(data))

    def end(self) -> None:
        """Take no more of what the client has sent."""
        self._parser.is_over = True

    async def _maybe_recycle(self) -> None:
        # What comes next may break off before it says how it asks.
        self._method = b"GET"
        await super()._maybe_recycle()

    async def refuse(self, refusal: Refusal) -> None:
        """Answer, if there is no answer yet, and end the connection."""
        self._is_refused = True
        if self.connection.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            body = refusal.body()
            await self._answer(refusal.status, error_headers(refusal, body))
            if self._method != b"HEAD":
                await self._send_h11_event(h11.Data(data=body))
            await self._send_h11_event(h11.EndOfMessage())
        await self.send(Closed())
        await self._close_stream()

    async def stream_send(self, event: StreamEvent) -> None:
        """Send what the app says."""
        if isinstance(event, Response) and event.status_code >= HTTPStatus.OK:
            await self._answer(event.status_code, list(event.headers))
        else:
            await super().stream_send(event)

    async def _answer(self, status: int, headers: Headers) -> None:
        sent = headers
        if self.keep_alive_requests >= self.config.keep_alive_max_requests:
            sent = [*headers, (b"connection", b"close")]
        data = self.connection.send(h11.Response(headers=sent, status_code=status))
        # What stands fast goes behind the lines that are checked, before the empty one.
        lines = self._standing(headers)
        await self.send(RawData(data=data[:-2] + lines + b"\r\n"))

    async def _check_protocol(self, event: h11.Request) -> None:
        """There is one protocol."""

    async def _create_stream(self, request: h11.Request) -> None:
        headers = list(request.headers)
        self._method = request.method
        refusal = _fault(request, headers)
        if refusal is not None:
            await self.refuse(refusal)
            return
        self.stream = _Stream(
            self.app,
            self.config,
            self.context,
            self.task_group,
            self.ssl,
            self.client,
            self.server,
            self.stream_send,
            STREAM_ID,
        )
        await self.stream.handle(
            Request(
                stream_id=STREAM_ID,
                headers=headers,
                http_version=request.http_version.decode(),
                method=request.method.decode("ascii").upper(),
                raw_path=request.target,
                state=ConnectionState({FLOW: self.stream.flow}),
            )
        )
        self.keep_alive_requests += 1

    async def _send_error_response(self, status_code: int) -> None:
        await self.refuse(BY_STATUS.get(status_code, BROKEN_HTTP))


class _Stream(HTTPStream):
    """One request; an app that ends without an answer is answered for."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.flow = Flow()

    async def handle(self, event: StreamEvent) -> None:
        """Hand on what the client sends, as fast as it is read or its answer is over."""
        if isinstance(event, StreamClosed):
            self.flow.free()
        await super().handle(event)
        if isinstance(event, Body):
            await self.flow.wait()

    async def _send_error_response(self, _status_code: int) -> None:
        refusal = STOPPING if self.context.terminated.is_set() else BROKEN
        body = refusal.body()
        await self.send(
            Response(
                stream_id=self.stream_id,
                headers=error_headers(refusal, body),
                status_code=refusal.status,
            )
        )
        if self.scope["method"] != "HEAD":
            await self.send(Body(stream_id=self.stream_id, data=body))
        await self.send(EndBody(stream_id=self.stream_id))
        self.state = ASGIHTTPState.CLOSED


def _unused(*_: Any) -> None:
    """Stands for what only WSGI apps use."""


class _Date:
    """The line that says when, written once a second."""

    line = b""
    second = -1


def _date(config: Config) -> bytes:
    second = int(asyncio.get_running_loop().time())
    if _Date.second != second:
        _Date.second = second
        _Date.line = b"".join(
            name + b": " + value + b"\r\n" for name, value in config.response_headers("h11")
        )
    return _Date.line
