"""Serving the app with Hypercorn: one process, ended in time and with nothing half done."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

from hypercorn.config import Config

from quart_app import __version__
from quart_app.app import Services, create_app
from quart_app.errors import SettingRefused
from quart_app.settings import Settings
from quart_app.supervisor import Supervisor
from quart_app.web.limits import Crowd, allow_files
from quart_app.web.server import Server

_BACKLOG = 1_024
# Backups are given up, the queue is written and the file closed.
_CLOSES_WITHIN_S = 60
_SWITCH_INTERVAL_S = 0.000_1
# How this machine reaches itself where all its addresses are listened on.
_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
_log = logging.getLogger(__name__)


async def serve(settings: Settings, services: Services, told: Callable[[str], None]) -> bool:
    """Serve until SIGTERM or SIGINT; False where the disk failed.

    Open requests are given the graceful timeout.
    """
    allow_files(settings.connections)
    listener = _listen(settings.host, settings.port)
    config = Config()
    config.backlog = _BACKLOG
    config.accesslog = None
    config.errorlog = logging.getLogger("quart_app.hypercorn")
    config.include_server_header = False
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_report)
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    supervisor = Supervisor(os.environ)
    crowd = Crowd(settings.connections, settings.connections_per_client)
    server = Server(create_app(services), config, crowd)
    # A file that is refused is said in a line, before any connection is taken.
    await services.open()
    if services.keys.is_open and not settings.is_loopback:
        listener.close()
        await services.close()
        raise SettingRefused(
            f"SALES_HOST: {settings.host} can be reached from other machines, and there is no key "
            "yet: make one with `python -m quart_app key create --role manager --name NAME`",
            code="no_key",
        )
    _tune_interpreter()
    try:
        await server.start(listener)
    except BaseException:
        await services.close()
        raise
    host, port = listener.getsockname()[:2]
    try:
        _announce(services, host, port, told)
        supervisor.ready(_url(host, port))
    except BaseException:
        # Nobody may be there to hear it; what has begun must end all the same.
        await server.stop(0)
        raise
    _log.info("release %s serves %s on %s", __version__, services.database, _url(host, port))
    waits = [asyncio.create_task(event.wait()) for event in (stop, services.storage.failed)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    supervisor.stopping(settings.drain_s + settings.graceful_timeout_s + _CLOSES_WITHIN_S)
    services.readiness.is_stopping = True
    if services.storage.failed.is_set():
        _log.error("the disk failed to keep what it was given: the service ends")
    else:
        _log.info("the service was told to stop")
        # A proxy that asks /readyz meanwhile sends elsewhere what would be refused later.
        await asyncio.sleep(settings.drain_s)
    if not await server.stop(settings.graceful_timeout_s):
        _log.warning("requests that did not end in time were cut off")
    supervisor.close()
    _log.info("the service has stopped")
    return not services.storage.failed.is_set()


def _tune_interpreter() -> None:
    # What is here now stays: the collector need not look at it again, nor so often at what comes
    # and goes with each request.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()
    # Between two statements the writer waits for the interpreter's lock, up to so long while
    # receipts are read here.
    sys.setswitchinterval(_SWITCH_INTERVAL_S)


def _announce(services: Services, host: str, port: int, told: Callable[[str], None]) -> None:
    """Say where it serves, to commands and to people, and what is to be done on a new box."""
    services.storage.announce(_url(_LOOPBACK.get(host, host), port), services.keys.admit_operator())
    address = _url(host, port)
    told(f"Serving on {address} (Ctrl+C ends it)")
    if services.keys.is_open:
        told("Open to everyone on this machine, until a first key is made (key create)")
    if (code := services.people.admit_first()) is not None:
        told(f"The owner's account is made at {address}/welcome with this code: {code}")


def _url(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


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
