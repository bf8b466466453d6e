"""Takes connections and serves them until it is stopped, in time and with nothing half done.

Stopping is the service's own: Hypercorn 0.18 forgets its graceful timeout on Python 3.12 and
later, where closing a server waits for its connections.
"""

import asyncio
import socket

from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.typing import AppWrapper
from hypercorn.utils import wrap_app
from quart import Quart

from quart_app.web.client import Client
from quart_app.web.limits import LINGER_S, READ_BYTES, Crowd
from quart_app.web.refusals import CROWDED, whole_answer

_TURNED_AWAY_AT_ONCE = 64


class Server:
    """Takes connections from a listening socket until it is stopped."""

    def __init__(self, app: Quart, config: Config, crowd: Crowd) -> None:
        self._app = app
        self._wrapped: AppWrapper = wrap_app(app, config.wsgi_max_body_size, "asgi")
        self._config = config
        self._crowd = crowd
        self._context = WorkerContext(None)
        self._clients: dict[asyncio.Task[None], Client] = {}
        self._turned_away = 0
        self._accepting: asyncio.Server | None = None

    async def start(self, listener: socket.socket) -> None:
        """Open the app and take connections."""
        await self._app.startup()
        self._accepting = await asyncio.start_server(
            self._serve, sock=listener, backlog=self._config.backlog, limit=READ_BYTES
        )

    async def stop(self, timeout_s: int) -> bool:
        """Take no more, let open requests end, close the app; False where some were cut off."""
        if self._accepting is not None:
            self._accepting.close()
        await self._context.terminated.set()
        # Answers that would go on for ever end with this.
        self._app.shutdown_event.set()
        for client in self._clients.values():
            client.hurry()
        open_still = set(self._clients)
        if open_still:
            _, open_still = await asyncio.wait(open_still, timeout=timeout_s)
        for task in open_still:
            task.cancel()
        await asyncio.gather(*open_still, return_exceptions=True)
        await self._app.shutdown()
        return not open_still

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        if peer is None:
            # It had gone before it was looked at.
            writer.transport.abort()
            return
        place = self._crowd.enter(peer[0])
        if place is None:
            await self._turn_away(reader, writer)
            return
        task = asyncio.current_task()
        assert task is not None
        client = Client(self._wrapped, self._config, self._context, reader, writer)
        client.lost = task.cancel
        self._clients[task] = client
        try:
            await client.run()
        except asyncio.CancelledError:
            if not client.is_lost:
                raise
        finally:
            del self._clients[task]
            self._crowd.leave(place)

    async def _turn_away(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(whole_answer(CROWDED))
        if self._turned_away < _TURNED_AWAY_AT_ONCE:
            # Closed at once, with a request that nobody read, the answer would not be heard.
            self._turned_away += 1
            try:
                writer.write_eof()
                await asyncio.wait_for(reader.read(READ_BYTES), LINGER_S)
            except (OSError, TimeoutError):
                writer.transport.abort()
            finally:
                self._turned_away -= 1
        writer.close()
