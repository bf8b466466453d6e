"""Group commit: all that waits is written in one transaction, and answered when it is on disk."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence, Sized
from typing import Generic, TypeVar

from quart_app.database.storage import Storage
from quart_app.database.transaction import Writing
from quart_app.errors import Busy, ServiceError
from quart_app.observing.spread import Spread

Sent = TypeVar("Sent", bound=Sized)
Answer = TypeVar("Answer")
# With so many a commit costs each of them little: nobody waits for more.
_ENOUGH = 128
# Bounds of the sizes of groups that are told apart.
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 1_000, 4_000)
_Waiting = tuple[Sent, asyncio.Future[Answer]]
_log = logging.getLogger(__name__)


class GroupCommit(Generic[Sent, Answer]):
    """A queue before the one writer.

    ``write`` is given a transaction and what waited, each of it some items, and returns an
    answer for each, which ``kept`` is told once they are on disk.
    What is sent is written although the one who sent it has gone, and nobody is answered before
    the commit is on disk.
    """

    def __init__(
        self,
        storage: Storage,
        write: Callable[[Writing, Sequence[Sent]], Awaitable[Sequence[Answer]]],
        *,
        queue_size: int,
        group_size: int = 4_000,
        kept: Callable[[Sequence[Answer]], None] = lambda _: None,
    ) -> None:
        self._storage = storage
        self._write = write
        self._kept = kept
        self.size = queue_size
        self.groups = Spread(_SIZES)
        self._group_size = group_size
        self._waiting: deque[_Waiting[Sent, Answer]] = deque()
        self._worker: asyncio.Task[None] | None = None

    @property
    def depth(self) -> int:
        """How many who sent something wait for their turn."""
        return len(self._waiting)

    async def submit(self, sent: Sent, *, may_be_full: bool = False) -> Answer:
        """Wait for its turn and its commit; Busy when the queue is full.

        Whoever sends many items waits for their turn all the same.
        """
        if len(self._waiting) >= self.size and not may_be_full:
            raise Busy(f"{self.size} receipts are waiting already", code="queue_full")
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((sent, answer))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await answer

    async def finish(self) -> None:
        """Wait until everything that was submitted has been answered."""
        if self._worker is not None:
            await self._worker

    async def _work(self) -> None:
        while self._waiting:
            await self._gather_newcomers()
            group, count = [], 0
            while self._waiting and count < self._group_size:
                group.append(self._waiting.popleft())
                count += len(group[-1][0])
            await self._commit(group)

    async def _gather_newcomers(self) -> None:
        """Let those whose requests are being read at this moment come along.

        From a socket that has bytes to an item that waits are two or three turns of the loop, so
        that nobody is on the way when two turns bring nobody.
        """
        seen = 0
        while seen < (count := sum([len(sent) for sent, _ in self._waiting])) < _ENOUGH:
            seen = count
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def _commit(self, group: list[_Waiting[Sent, Answer]]) -> None:
        """Write a group; where one spoils the transaction, each is tried by itself."""
        count = sum([len(sent) for sent, _ in group])
        try:
            async with self._storage.write() as transaction:
                answers = await self._write(transaction, [sent for sent, _ in group])
        except ServiceError as error:
            _refuse(group, error)
        except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever it was
            _log.exception("a group of %d could not be written", count)
            if len(group) == 1:
                _refuse(group, error)
            else:
                for one in group:
                    await self._commit([one])
        else:
            self.groups.add(count)
            self._kept(answers)
            for (_, waiting), answer in zip(group, answers, strict=True):
                if not waiting.done():
                    waiting.set_result(answer)


def _refuse(group: Sequence[_Waiting[Sent, Answer]], error: Exception) -> None:
    for _, answer in group:
        if not answer.done():
            answer.set_exception(error)
