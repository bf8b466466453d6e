"""Whose receipts are read next, where several send many at once."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager


class Turns:
    """One at a time reads what has come, and who came first goes before the others.

    So the first has all read, and is being written, while the others are still to be read.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._is_taken = False
        self._may_read = asyncio.Event()
        self._may_read.set()

    def number(self) -> int:
        """That of the next to come."""
        return next(self._numbers)

    @asynccontextmanager
    async def turn(self, number: int) -> AsyncIterator[None]:
        """Wait for a turn, and while all are held up; a short one: the others wait."""
        if self._is_taken:
            mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            heapq.heappush(self._waiting, (number, mine))
            try:
                await mine
            except asyncio.CancelledError:
                if mine.done() and not mine.cancelled():
                    self._pass_on()
                raise
        self._is_taken = True
        try:
            await self._may_read.wait()
            yield
        finally:
            self._pass_on()

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """Let all wait: the writer has nothing to do until it is told what."""
        self._may_read.clear()
        try:
            yield
        finally:
            self._may_read.set()

    def _pass_on(self) -> None:
        while self._waiting:
            _, next_one = heapq.heappop(self._waiting)
            if not next_one.done():
                next_one.set_result(None)
                return
        self._is_taken = False
