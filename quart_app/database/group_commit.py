"""Group commit: all that waits is written in one transaction, and answered when it is on disk."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence, Sized
from typing import Generic, Protocol, TypeVar

from quart_app.database.storage import Storage
from quart_app.database.transaction import Writing
from quart_app.errors import Busy, ServiceError
from quart_app.observing.spread import Spread

Sent = TypeVar("Sent", bound=Sized)
Sent_contra = TypeVar("Sent_contra", contravariant=True)
Answer = TypeVar("Answer")
Answer_co = TypeVar("Answer_co", covariant=True)
# With so many a commit costs each of them little: nobody waits for more.
_ENOUGH = 128
TOGETHER = 4_000
"""With so many items no more are looked up and written together."""
# With so many a transaction takes in no more, and with so many waiting their senders wait.
_MOST, _MOST_WAITING = 10_000, 6_000
# Bounds of the sizes of groups that are told apart.
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 1_000, 4_000, 10_000)
_log = logging.getLogger(__name__)


class Entry(Protocol[Sent_contra, Answer_co]):
    """What is written in one transaction."""

    async def write(self, sent: Sequence[Sent_contra], *, is_all: bool) -> Sequence[Answer_co]:
        """Write some, and say what becomes of each; called once, or more unless they are all."""

    async def close(self) -> None:
        """Write what is written once for all of them."""


class Sender:
    """Who sends several, in an order that is kept: once one is refused all that follow are."""

    refusal: Exception | None = None


class _Waiting(Generic[Sent, Answer]):
    """What was sent, and what whoever sent it waits for."""

    def __init__(self, sent: Sent, sender: Sender) -> None:
        self.sent = sent
        self.sender = sender
        self.answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def tell(self, answer: Answer) -> None:
        """It is on disk."""
        if not self.answer.done():
            self.answer.set_result(answer)

    def refuse(self, error: Exception) -> None:
        """It is not, nor will be what the same sender sent after it."""
        self.sender.refusal = error
        if not self.answer.done():
            self.answer.set_exception(error)


class GroupCommit(Generic[Sent, Answer]):
    """A queue before the one writer.

    ``begin`` is given a transaction, and what it gives is told what waited. What is sent is written
    although the one who sent it has gone, and nobody is answered before the commit is on disk;
    ``kept`` is told the answers then.

    What somebody sends alone goes before what is sent among many. The more of those are in a
    transaction the less each costs, so that it takes in what comes meanwhile, but only as long as
    nobody else waits for the writer.
    """

    def __init__(
        self,
        storage: Storage,
        begin: Callable[[Writing], Entry[Sent, Answer]],
        *,
        queue_size: int,
        kept: Callable[[Sequence[Answer]], None] = lambda _: None,
    ) -> None:
        self._storage = storage
        self._begin = begin
        self._kept = kept
        self.size = queue_size
        self.groups = Spread(_SIZES)
        self._alone: deque[_Waiting[Sent, Answer]] = deque()
        self._among_many: deque[_Waiting[Sent, Answer]] = deque()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._worker: asyncio.Task[None] | None = None
        # Whether the present transaction has some that were sent alone, and some of many.
        self._holds_alone = self._takes_along = False

    @property
    def depth(self) -> int:
        """How many that were sent alone wait for their turn."""
        return len(self._alone)

    async def submit(self, sent: Sent) -> Answer:
        """Wait for its turn and its commit; Busy when the queue is full."""
        if self.depth >= self.size:
            raise Busy(f"{self.size} receipts are waiting already", code="queue_full")
        return await self._put(self._alone, sent, Sender())

    async def submit_among_many(self, sent: Sent, sender: Sender) -> asyncio.Future[Answer]:
        """Wait until there is room for one of many; its answer comes after its commit."""
        while not self._has_room.is_set():
            await self._has_room.wait()
        answer = self._put(self._among_many, sent, sender)
        self._look_for_room()
        return answer

    async def finish(self) -> None:
        """Wait until everything that was submitted has been answered."""
        if self._worker is not None:
            await self._worker

    def _put(
        self, queue: deque[_Waiting[Sent, Answer]], sent: Sent, sender: Sender
    ) -> asyncio.Future[Answer]:
        waiting = _Waiting[Sent, Answer](sent, sender)
        if sender.refusal is not None:
            waiting.refuse(sender.refusal)
            return waiting.answer
        queue.append(waiting)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return waiting.answer

    def _look_for_room(self) -> None:
        if _count(self._among_many) < _MOST_WAITING:
            self._has_room.set()
        else:
            self._has_room.clear()

    async def _work(self) -> None:
        while self._alone or self._among_many:
            await self._gather_newcomers()
            await self._commit(self._more)

    async def _gather_newcomers(self) -> None:
        """Let those whose requests are being read at this moment come along.

        From a socket that has bytes to an item that waits are two or three turns of the loop, so
        that nobody is on the way when two turns bring nobody.
        """
        seen = 0
        while seen < (count := _count(self._alone) + _count(self._among_many)) < _ENOUGH:
            seen = count
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    def _more(self, group: list[_Waiting[Sent, Answer]]) -> list[_Waiting[Sent, Answer]]:
        """What a transaction takes in beside a group: of none what it begins with."""
        if not group:
            return self._first()
        if self._holds_alone or self._alone or self._storage.is_awaited:
            return []
        return self._next(self._among_many, min(TOGETHER, _MOST - _count(group)))

    def _first(self) -> list[_Waiting[Sent, Answer]]:
        group = self._next(self._alone, TOGETHER)
        self._holds_alone = bool(group)
        # Every other time those who sent something alone wait for one of many, which would wait for
        # ever otherwise.
        self._takes_along = not self._holds_alone or not self._takes_along
        if self._takes_along:
            group += self._next(self._among_many, 1 if self._holds_alone else TOGETHER)
        return group

    def _next(
        self, queue: deque[_Waiting[Sent, Answer]], most: int
    ) -> list[_Waiting[Sent, Answer]]:
        """The first of a queue, until they are so many items."""
        some: list[_Waiting[Sent, Answer]] = []
        while queue and _count(some) < most:
            some.append(queue.popleft())
        self._look_for_room()
        return some

    async def _commit(
        self, more: Callable[[list[_Waiting[Sent, Answer]]], list[_Waiting[Sent, Answer]]]
    ) -> None:
        """Write what there is; where one spoils the transaction, each is tried by itself."""
        group: list[_Waiting[Sent, Answer]] = []
        answers: list[Answer] = []
        try:
            async with self._storage.write() as transaction:
                entry = self._begin(transaction)
                while some := more(group):
                    group += some
                    sent = [one.sent for one in some]
                    answers += await entry.write(sent, is_all=self._holds_alone)
                await entry.close()
        except ServiceError as error:
            self._refuse(group or more(group), error)
        except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever it was
            _log.exception("a group of %d could not be written", _count(group))
            if len(group) > 1:
                for one in group:
                    await self._commit_alone(one)
            else:
                self._refuse(group or more(group), error)
        else:
            self.groups.add(_count(group))
            self._kept(answers)
            for one, answer in zip(group, answers, strict=True):
                one.tell(answer)

    async def _commit_alone(self, one: _Waiting[Sent, Answer]) -> None:
        if one.sender.refusal is None:
            await self._commit(lambda group: [] if group else [one])
        else:
            one.refuse(one.sender.refusal)

    def _refuse(self, some: list[_Waiting[Sent, Answer]], error: Exception) -> None:
        """Refuse these, and what their senders have sent after them."""
        for one in some:
            one.refuse(error)
        for one in self._among_many.copy():
            if one.sender.refusal is not None:
                self._among_many.remove(one)
                one.refuse(one.sender.refusal)
        self._look_for_room()


def _count(waiting: Iterable[_Waiting[Sent, Answer]]) -> int:
    return sum([len(one.sent) for one in waiting])
