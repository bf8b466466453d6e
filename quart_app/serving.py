"""Serving the app with Hypercorn: one process, ended in time and with nothing half done."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable
from typing import Any

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config

from quart_app.app import Services, create_app
from quart_app.errors import SettingRefused
from quart_app.settings import Settings

# The server's own wait comes first; what is left then is cut off.
_MARGIN_S = 1.0
_BACKLOG = 1_024


async def serve(settings: Settings, services: Services, told: Callable[[str], None]) -> bool:
    """Serve until SIGTERM or SIGINT; False where the disk failed.

    Open requests are given the graceful timeout. Hypercorn 0.18 forgets its own on Python 3.12
    and later, where closing a server waits for its connections, so it is kept here.
    """
    listener = _listen(settings.host, settings.port)
    config = Config()
    host, port = listener.getsockname()[:2]
    config.bind = [f"fd://{listener.detach()}"]
    config.graceful_timeout = float(settings.graceful_timeout_s)
    config.backlog = _BACKLOG
    config.accesslog = None
    config.errorlog = None
    config.include_server_header = False
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_report)
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    app = create_app(services)
    # A file that is refused is said in a line, before any server is there to wrap it.
    await services.open()
    # What is here now stays: the collector need not look at it again, nor so often at what comes
    # and goes with each request.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)

    @app.before_serving
    async def tell() -> None:
        told(f"Serving on http://{f'[{host}]' if ':' in host else host}:{port} (Ctrl+C ends it)")

    server = asyncio.create_task(hypercorn_serve(app, config, shutdown_trigger=stop.wait))
    failure = asyncio.create_task(services.storage.failed.wait())
    ended = asyncio.create_task(stop.wait())
    await asyncio.wait({server, failure, ended}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await asyncio.wait({server}, timeout=settings.graceful_timeout_s + _MARGIN_S)
    if not server.done():
        server.cancel()
    try:
        await server
    except asyncio.CancelledError:
        told("Requests that did not end in time were cut off")
    finally:
        failure.cancel()
        ended.cancel()
        await services.close()
    return not services.storage.failed.is_set()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingRefused(
            f"SALES_HOST and SALES_PORT, {host}:{port}: {error.strerror}"
        ) from error
    # From here on whoever connects waits rather than being turned away.
    listener.listen(_BACKLOG)
    return listener


def _report(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Pass on errors, but not what is cut off at the end, which Python 3.11 reports as one."""
    if not isinstance(context.get("exception"), asyncio.CancelledError):
        loop.default_exception_handler(context)
