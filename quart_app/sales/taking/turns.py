"""Whose receipts are read next, where several send many at once."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

# From the end of a turn until whoever had it has more to read that has come already.
_ROUNDS = 4


class Turns:
    """One at a time reads what has come, and who came first goes before the others.

    So the first has all read, and is being written, while the others are still to be read; but
    nobody waits for what has not come.
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
        await self._take(number)
        try:
            await self._may_read.wait()
            yield
        finally:
            self._pass_on_after(_ROUNDS)

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """Let all wait: the writer has nothing to do until it is told what."""
        self._may_read.clear()
        try:
            yield
        finally:
            self._may_read.set()

    async def _take(self, number: int) -> None:
        if not self._is_taken:
            self._is_taken = True
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (number, mine))
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._pass_on()
            raise

    def _pass_on_after(self, rounds: int) -> None:
        """Not at once: whoever has just read may be the first who has more."""
        if rounds and self._waiting:
            asyncio.get_running_loop().call_soon(self._pass_on_after, rounds - 1)
        else:
            self._pass_on()

    def _pass_on(self) -> None:
        while self._waiting:
            _, next_one = heapq.heappop(self._waiting)
            if not next_one.done():
                next_one.set_result(None)
                return
        self._is_taken = False
