"""Tells the service manager how the service is, where one asks: systemd's sd_notify(3)."""

import asyncio
import os
import socket
from collections.abc import MutableMapping


class Supervisor:
    """Nobody listens unless the environment says so; then nothing is sent."""

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        """Take the manager's address out of the environment: it is not for child processes."""
        self._address = environment.pop("NOTIFY_SOCKET", "")
        timeout_us = environment.pop("WATCHDOG_USEC", "")
        is_for_us = environment.pop("WATCHDOG_PID", "") in ("", str(os.getpid()))
        self._every_s = int(timeout_us) / 2_000_000 if timeout_us and is_for_us else None
        self._timer: asyncio.TimerHandle | None = None

    def ready(self, address: str) -> None:
        """Requests are answered from now on; the watchdog is told so as long as the loop turns."""
        self._tell(f"READY=1\nSTATUS=Serving on {address}")
        if self._every_s is not None:
            self._beat(asyncio.get_running_loop(), self._every_s)

    def stopping(self, within_s: int) -> None:
        """Open requests are being ended; the manager is not to cut that off before its time."""
        self._tell(f"STOPPING=1\nEXTEND_TIMEOUT_USEC={within_s * 1_000_000}")

    def close(self) -> None:
        """Nothing more will be said."""
        if self._timer is not None:
            self._timer.cancel()

    def _beat(self, loop: asyncio.AbstractEventLoop, every_s: float) -> None:
        self._tell("WATCHDOG=1")
        self._timer = loop.call_later(every_s, self._beat, loop, every_s)

    def _tell(self, message: str) -> None:
        if self._address:
            # An address that begins with @ is in Linux's abstract namespace.
            address = self._address.replace("@", "\0", 1)
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.connect(address)
                channel.sendall(message.encode())
