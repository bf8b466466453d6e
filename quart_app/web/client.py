"""One client's connection under Hypercorn's protocol: cheap to hold, and never held up for long.

Hypercorn makes two tasks and a timer anew for each request, to end a connection that falls idle,
and sends the head of an answer apart from its body. A connection here has one timer for as long as
it lives, and sends what is ready together.
"""

import asyncio
from collections.abc import Callable

from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Closed, Event, RawData, Updated
from hypercorn.typing import AppWrapper, ConnectionState

from quart_app.web import limits
from quart_app.web.http1 import StrictProtocol
from quart_app.web.refusals import LATE_BODY, STOPPING
from quart_app.web.watch import Watch

# What is sent at once rather than gathered; a long answer waits for a slow reader between parts.
_PART_BYTES = 64 << 10


class Client:
    """Reads requests and sends answers until either side has enough."""

    def __init__(
        self,
        app: AppWrapper,
        config: Config,
        context: WorkerContext,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._app = app
        self._config = config
        self._context = context
        self._loop = asyncio.get_running_loop()
        self._reader = reader
        self._writer = writer
        # The loop would make room for 256 KiB each time a few hundred bytes are there.
        writer.transport.max_size = limits.READ_BYTES  # type: ignore[attr-defined]
        self._watch = Watch(self._loop)
        self._is_idle = True
        self._is_ending = False
        self._ended = asyncio.Event()
        self._spare_s: float = limits.BODY_S
        self._parts: list[bytes] = []
        self._size = 0
        self.lost: Callable[[], object] = writer.close
        """Called when the client has gone before it read its answer."""
        self.is_lost = False

    async def run(self) -> None:
        """Serve the client to the end of its connection."""
        self._watch.incoming = self._watch.within(limits.HEAD_S, self._end)
        try:
            async with TaskGroup(self._loop) as self._group:
                self._protocol = StrictProtocol(
                    self._app,
                    self._config,
                    self._context,
                    self._group,
                    ConnectionState({}),
                    False,
                    self._writer.get_extra_info("peername")[:2],
                    self._writer.get_extra_info("sockname")[:2],
                    self._do,
                )
                await self._read()
        finally:
            await self._close()

    def hurry(self) -> None:
        """The service is stopping: end what waits for the client, whole requests are answered."""
        if self._is_idle:
            self._end()
        elif self._protocol.owes_body and not self._is_ending:
            self._spare_s = min(self._spare_s, limits.LAST_BODIES_S)
            self._watch.incoming = self._watch.within(self._spare_s, self._body_is_late)
            self._watch.look()

    async def _read(self) -> None:
        data: bytes | None = None
        while data != b"":
            waits_since = self._loop.time()
            owes_body = self._protocol.owes_body and not self._is_ending
            if owes_body:
                self._watch.incoming = self._watch.within(self._spare_s, self._body_is_late)
            try:
                data = await self._reader.read(limits.READ_BYTES)
            except ConnectionError:
                await self._protocol.handle(Closed())
                return
            if self._is_ending:
                # It is thrown away for a while, so that the answer before it is heard.
                continue
            if owes_body:
                # Only what the client takes counts, not what the service takes.
                self._watch.incoming = None
                gained_s = len(data) / limits.SLOWEST_BYTES_S
                spare_s = self._spare_s + gained_s - (self._loop.time() - waits_since)
                self._spare_s = max(0, min(spare_s, self._most_spare_s))
            await self._protocol.handle(RawData(data))
        if self._protocol.is_answering and self._protocol.owes_nothing:
            # It has closed its side only, perhaps: it may yet read the answer.
            self._watch.incoming = self._watch.within(limits.HALF_CLOSED_S, self._ended.set)
            await self._ended.wait()
        await self._protocol.handle(Closed())

    @property
    def _most_spare_s(self) -> int:
        return limits.LAST_BODIES_S if self._context.terminated.is_set() else limits.BODY_S

    async def _do(self, event: Event) -> None:
        """Do what the protocol asks of the connection."""
        if isinstance(event, RawData):
            if not self._parts:
                self._loop.call_soon(self._send)
            self._parts.append(event.data)
            self._size += len(event.data)
            if self._size + self._writer.transport.get_write_buffer_size() >= _PART_BYTES:
                await self._drain()
        elif isinstance(event, Updated):
            self._is_idle = event.idle
            if event.idle:
                self._watch.incoming = self._watch.within(limits.HEAD_S, self._end)
            else:
                self._watch.incoming = None
                self._spare_s = self._most_spare_s
        elif isinstance(event, Closed):
            self._end()

    def _send(self) -> None:
        if self._parts:
            data = b"".join(self._parts)
            self._parts.clear()
            self._size = 0
            if not self._writer.is_closing():
                self._writer.write(data)
            elif not self._is_ending:
                self._lose()

    async def _drain(self) -> None:
        self._send()
        self._watch.outgoing = self._watch.within(limits.ANSWER_S, self._lose)
        try:
            await self._writer.drain()
        except (ConnectionError, RuntimeError):
            self._lose()
        self._watch.outgoing = None

    def _lose(self) -> None:
        """End an answer that nobody will ever read; the protocol would wait for its end."""
        self.is_lost = True
        self._writer.transport.abort()
        self.lost()

    def _body_is_late(self) -> None:
        refusal = STOPPING if self._context.terminated.is_set() else LATE_BODY
        self._group.spawn(self._protocol.refuse, refusal)

    def _end(self) -> None:
        """Send what is ready and no more, then close; a client that still sends is heard out."""
        if self._is_ending:
            return
        self._is_ending = True
        self._protocol.end()
        self._send()
        self._ended.set()
        if self._reader.at_eof() or self._protocol.owes_nothing or self._writer.is_closing():
            self._close_soon()
            return
        self._watch.incoming = self._watch.within(limits.LINGER_S, self._close_soon)
        self._watch.look()
        try:
            self._writer.write_eof()
        except OSError:
            self._close_soon()

    def _close_soon(self) -> None:
        self._watch.incoming = None
        self._watch.outgoing = self._watch.within(limits.ANSWER_S, self._writer.transport.abort)
        self._writer.close()

    async def _close(self) -> None:
        self._is_ending = True
        self._close_soon()
        try:
            await self._writer.wait_closed()
        except OSError:
            self.is_lost = True
        finally:
            self._watch.end()
            # They hold each other: unlinked, their buffers need not wait for the collector.
            del self._protocol, self._group
