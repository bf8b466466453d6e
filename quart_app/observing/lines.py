"""Lines on their way to a descriptor: nobody waits for whoever reads them, or does not."""

import os
import select
import threading
from collections import deque
from collections.abc import Callable

_GATHER_S = 0.05
_END_S = 0.5
_MOST = 10_000
_AT_ONCE = 500


class Lines:
    """Writes lines from a thread of its own, many at once, a twentieth of a second late at most.

    Where they are not taken, as by a full pipe that nobody reads, the newest are dropped and
    counted, and the count is told in a line when there is room again.
    """

    def __init__(self, descriptor: int, telling: Callable[[int], bytes]) -> None:
        self._descriptor = descriptor
        self._telling = telling
        self._waiting: deque[bytes] = deque()
        self._refused = self._failed = self._told = 0
        self._wake = threading.Event()
        self._end = threading.Event()
        # A daemon: at the end nobody waits for ever for a pipe that takes nothing.
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    @property
    def dropped(self) -> int:
        """Lines that were never written."""
        return self._refused + self._failed

    def put(self, line: bytes) -> None:
        """Write a line soon; it ends with its newline."""
        if len(self._waiting) >= _MOST:
            self._refused += 1
            return
        self._waiting.append(line)
        if not self._wake.is_set():
            self._wake.set()

    def close(self) -> None:
        """Write what waits, for half a second at most."""
        self._end.set()
        self._wake.set()
        self._thread.join(_END_S)

    def _run(self) -> None:
        while not self._end.is_set() or self._waiting:
            self._wake.wait()
            self._end.wait(_GATHER_S)
            # Whatever is put from here on wakes the thread again.
            self._wake.clear()
            while self._waiting:
                count = min(len(self._waiting), _AT_ONCE)
                self._write([self._waiting.popleft() for _ in range(count)])
            if self.dropped > self._told:
                count, self._told = self.dropped - self._told, self.dropped
                self._write([self._telling(count)])

    def _write(self, lines: list[bytes]) -> None:
        rest = b"".join(lines)
        while rest:
            try:
                rest = rest[os.write(self._descriptor, rest) :]
            except BlockingIOError:
                # Someone who shares the descriptor has made it so.
                select.select([], [self._descriptor], [], 1)
            except OSError:
                self._failed += len(lines)
                return
