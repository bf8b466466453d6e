"""Hypercorn's protocol on the service's own connections: cheaper to hold, and ended in time.

Hypercorn makes two tasks and a timer anew for each request, to end a connection that falls idle,
and sends the head of an answer apart from its body. A connection here has one timer for as long as
it lives, and sends what is ready together. Stopping is its own too: Hypercorn 0.18 forgets its
graceful timeout on Python 3.12 and later, where closing a server waits for its connections.
"""

import asyncio
import socket
from collections.abc import Callable

from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.typing import AppWrapper
from hypercorn.utils import wrap_app
from quart import Quart

# What is sent at once rather than gathered; a long answer waits for a slow reader between parts.
_PART_BYTES = 64 << 10


class Server:
    """Takes connections from a listening socket until it is stopped."""

    def __init__(self, app: Quart, config: Config) -> None:
        self._app = app
        self._wrapped: AppWrapper = wrap_app(app, config.wsgi_max_body_size, "asgi")
        self._config = config
        self._context = WorkerContext(None)
        self._connections: dict[asyncio.Task[None], _Connection] = {}
        self._accepting: asyncio.Server | None = None

    async def start(self, listener: socket.socket) -> None:
        """Open the app and take connections."""
        await self._app.startup()
        self._accepting = await asyncio.start_server(
            self._serve, sock=listener, backlog=self._config.backlog
        )

    async def stop(self, timeout_s: int) -> bool:
        """Take no more, let open requests end, close the app; False where some were cut off."""
        if self._accepting is not None:
            self._accepting.close()
        await self._context.terminated.set()
        for connection in self._connections.values():
            connection.idle.close()
        open_still = set(self._connections)
        if open_still:
            _, open_still = await asyncio.wait(open_still, timeout=timeout_s)
        for task in open_still:
            task.cancel()
        await asyncio.gather(*open_still, return_exceptions=True)
        await self._app.shutdown()
        return not open_still

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connection = _Connection(self._wrapped, self._config, self._context, reader, writer)
        connection.lost = task.cancel
        self._connections[task] = connection
        try:
            await connection
        except asyncio.CancelledError:
            if not connection.is_lost:
                raise
        finally:
            del self._connections[task]


class _Connection(TCPServer):
    """One client's connection."""

    def __init__(
        self,
        app: AppWrapper,
        config: Config,
        context: WorkerContext,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        loop = asyncio.get_running_loop()
        super().__init__(app, loop, config, context, {}, reader, writer)
        self.idle = _Idle(loop, config.keep_alive_timeout, writer.close)
        self.idle_task = self.idle  # type: ignore[assignment]
        self.lost: Callable[[], object] = writer.close
        """Called when the client has gone before it read its answer."""
        self.is_lost = False
        self._parts: list[bytes] = []
        self._size = 0

    async def protocol_send(self, event: Event) -> None:
        """Do what the protocol asks of the connection."""
        if isinstance(event, RawData):
            if not self._parts:
                self.loop.call_soon(self._send)
            self._parts.append(event.data)
            self._size += len(event.data)
            if self._size + self.writer.transport.get_write_buffer_size() >= _PART_BYTES:
                await self._drain()
        elif isinstance(event, Updated):
            if event.idle:
                self.idle.begin()
            else:
                self.idle.end()
        elif isinstance(event, Closed):
            self._send()
            await self._close()

    def _send(self) -> None:
        if self._parts:
            data = b"".join(self._parts)
            self._parts.clear()
            self._size = 0
            if not self.writer.is_closing():
                self.writer.write(data)

    async def _drain(self) -> None:
        self._send()
        try:
            await self.writer.drain()
        except (ConnectionError, RuntimeError):
            # The protocol would wait for the end of an answer that nobody will ever read.
            self.is_lost = True
            self.writer.transport.abort()
            self.lost()


class _Idle:
    """Closes a connection that has waited too long for a whole request's head.

    The timer is not set anew for each request: when it goes off it looks how long the connection
    has really been idle, and waits for the rest.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, timeout_s: float, close: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._timeout_s = timeout_s
        self._close = close
        self._since: float | None = loop.time()
        self._timer = loop.call_later(timeout_s, self._look)

    def begin(self) -> None:
        """A request has been answered: idle from now on."""
        self._since = self._loop.time()

    def end(self) -> None:
        """A request has begun."""
        self._since = None

    def close(self) -> None:
        """Close the connection now, unless a request is under way."""
        if self._since is not None:
            self._close()

    async def restart(self, *_: object) -> None:
        """The base class asks for the first watch, which has begun."""

    async def stop(self) -> None:
        """The connection is closed."""
        self._timer.cancel()

    def _look(self) -> None:
        since = self._loop.time() if self._since is None else self._since
        left_s = since + self._timeout_s - self._loop.time()
        if left_s > 0:
            self._timer = self._loop.call_later(left_s, self._look)
        else:
            self._close()
