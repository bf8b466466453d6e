"""Serving a rival as the service is served: one Hypercorn in this process, no access log."""

import argparse
import asyncio
import signal
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config


def arguments(*names: str) -> argparse.Namespace:
    """The port to serve on, and other required arguments of a rival."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    for name in names:
        parser.add_argument(f"--{name}", required=True)
    return parser.parse_args()


def serve_until_stopped(app: Any, port: int) -> None:
    """Serve on the loopback until SIGTERM."""
    asyncio.run(_serve(app, port))


async def _serve(app: Any, port: int) -> None:
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.loglevel = "WARNING"
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await serve(app, config, shutdown_trigger=stopped.wait)
