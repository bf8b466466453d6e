"""What waits for the one writer: in which order, how much together, and what is refused."""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quart_app.database.group_commit import GroupCommit, Sender
from quart_app.database.storage import Storage
from quart_app.database.transaction import Writing
from quart_app.errors import Busy
from tests.service import receipt, serving, with_catalogue
from tests.storing import adding, stores

Ids = Sequence[int]


class Stores:
    """Writes stores of the ids that are sent; -1 breaks a CHECK."""

    def __init__(self) -> None:
        self.groups: list[list[Ids]] = []
        """What was written together, and where it is closed an empty one."""
        self.senders: list[asyncio.Task[asyncio.Future[Ids]]] = []
        self.most_waiting = 0
        """Of those how many had been let in and were not written yet, at most."""
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.is_writing = asyncio.Event()

    def begin(self, writing: Writing) -> "Entry":
        return Entry(self, writing)

    def queue(self, storage: Storage, queue_size: int = 100) -> GroupCommit[Ids, Ids]:
        return GroupCommit(storage, self.begin, queue_size=queue_size)

    def look(self) -> None:
        let_in = sum(sender.done() for sender in self.senders)
        self.most_waiting = max(self.most_waiting, let_in - sum(map(len, self.groups)))


class Entry:
    def __init__(self, stores: Stores, writing: Writing) -> None:
        self._stores = stores
        self._writing = writing

    async def write(self, sent: Sequence[Ids], *, is_all: bool) -> Sequence[Ids]:
        self._stores.groups.append(list(sent))
        self._stores.is_writing.set()
        await self._stores.may_go_on.wait()
        self._stores.look()
        await self._writing.run(*adding([store_id for ids in sent for store_id in ids]))
        self._stores.look()
        return [[10 * store_id for store_id in ids] for ids in sent]

    async def close(self) -> None:
        self._stores.groups.append([])


async def test_what_waits_is_written_together_and_one_that_spoils_it_costs_the_others_nothing(
    storage: Storage,
) -> None:
    written = Stores()
    queue = written.queue(storage)
    sent = [queue.submit((store_id,)) for store_id in (1, 2, -1, 3)]
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    await queue.finish()
    assert [outcomes[0], outcomes[1], outcomes[3]] == [[10], [20], [30]]
    assert isinstance(outcomes[2], sqlite3.IntegrityError)
    alone = [[[(1,)], []], [[(2,)], []], [[(-1,)]], [[(3,)], []]]
    assert written.groups == [[(1,), (2,), (-1,), (3,)], *[group for one in alone for group in one]]
    assert await stores(storage) == [1, 2, 3]


async def test_a_full_queue_says_so_and_what_was_taken_is_written(storage: Storage) -> None:
    queue = Stores().queue(storage, queue_size=2)
    outcomes = await asyncio.gather(*map(queue.submit, ((1,), (2,), (3,))), return_exceptions=True)
    await queue.finish()
    assert outcomes[:2] == [[10], [20]]
    assert isinstance(outcomes[2], Busy)
    assert await stores(storage) == [1, 2]


async def test_an_item_is_written_although_its_sender_has_gone(storage: Storage) -> None:
    queue = Stores().queue(storage)
    sender = asyncio.create_task(queue.submit((1,)))
    await asyncio.sleep(0)
    sender.cancel()
    await queue.finish()
    assert await stores(storage) == [1]


async def test_a_transaction_takes_in_what_comes_from_among_many_meanwhile(
    storage: Storage,
) -> None:
    written = Stores()
    queue = written.queue(storage)
    written.may_go_on.clear()
    first = await queue.submit_among_many((1, 2), Sender())
    await written.is_writing.wait()
    second = await queue.submit_among_many((3,), Sender())
    written.may_go_on.set()
    assert await first == [10, 20]
    assert await second == [30]
    assert written.groups == [[(1, 2)], [(3,)], []]


async def test_whoever_sends_alone_does_not_wait_for_many(storage: Storage) -> None:
    written = Stores()
    queue = written.queue(storage)
    written.may_go_on.clear()
    many = [await queue.submit_among_many((1,), Sender())]
    await written.is_writing.wait()
    many += [await queue.submit_among_many((number,), Sender()) for number in (2, 3)]
    alone = asyncio.create_task(queue.submit((9,)))
    await asyncio.sleep(0)
    written.may_go_on.set()
    assert await alone == [90]
    await asyncio.gather(*many)
    assert written.groups == [[(1,)], [], [(9,)], [], [(2,), (3,)], []]


async def test_another_writer_does_not_wait_for_many(storage: Storage) -> None:
    written = Stores()
    queue = written.queue(storage)
    written.may_go_on.clear()
    many = [await queue.submit_among_many((1,), Sender())]
    await written.is_writing.wait()
    many.append(await queue.submit_among_many((2,), Sender()))
    other = asyncio.create_task(storage.prove())
    await asyncio.sleep(0)
    written.may_go_on.set()
    await asyncio.gather(other, *many)
    assert written.groups == [[(1,)], [], [(2,)], []]


async def test_many_have_their_turn_however_many_send_alone(storage: Storage) -> None:
    queue = Stores().queue(storage)
    served = 0

    async def till(number: int) -> None:
        nonlocal served
        while not many.done():
            await queue.submit((number + served,))
            served += 10

    many = await queue.submit_among_many((5,), Sender())
    async with asyncio.timeout(10):
        await asyncio.gather(*[till(1_000 * number) for number in range(1, 4)])
    assert await many == [50]


@pytest.mark.parametrize("together", [True, False], ids=["together", "one after the other"])
async def test_once_one_of_a_sender_is_refused_all_that_follow_are(
    storage: Storage, caplog: pytest.LogCaptureFixture, together: bool
) -> None:
    caplog.set_level(logging.CRITICAL)
    written = Stores()
    queue = written.queue(storage)
    sender, other = Sender(), Sender()
    answers = []
    for ids, who in (((1,), sender), ((-1,), sender), ((2,), sender), ((3,), other)):
        answers.append(await queue.submit_among_many(ids, who))
        if not together:
            await asyncio.wait([answers[-1]])
    first, refused, after, others = await asyncio.gather(*answers, return_exceptions=True)
    assert (first, others) == ([10], [30])
    assert isinstance(refused, sqlite3.IntegrityError)
    assert after is refused
    assert await stores(storage) == [1, 3]


async def test_those_who_send_many_wait_for_room(storage: Storage) -> None:
    written = Stores()
    queue = written.queue(storage)
    written.may_go_on.clear()
    answers = [await queue.submit_among_many((1,), Sender())]
    await written.is_writing.wait()
    answers.append(await queue.submit_among_many(range(2, 6_002), Sender()))
    written.senders = waiting = [
        asyncio.create_task(
            queue.submit_among_many(range(10_000 * number, 10_000 * number + 2_000), Sender())
        )
        for number in range(1, 17)
    ]
    done, _ = await asyncio.wait(waiting, timeout=0.05)
    assert not done
    written.may_go_on.set()
    answers += await asyncio.gather(*waiting)
    await asyncio.gather(*answers)
    assert len(await stores(storage)) == 6_001 + 16 * 2_000
    # However many waited, no more were let in than there is room for.
    assert 0 < written.most_waiting <= 4


async def test_whoever_sends_alone_goes_first_after_another_writer(storage: Storage) -> None:
    written = Stores()
    queue = written.queue(storage)
    async with storage.write():
        many = await queue.submit_among_many((1,), Sender())
        await asyncio.sleep(0.02)
        alone = asyncio.create_task(queue.submit((9,)))
        await asyncio.sleep(0.02)
    await asyncio.gather(many, alone)
    assert written.groups == [[(9,), (1,)], []]


async def test_many_fill_no_queue_of_those_who_send_alone(storage: Storage) -> None:
    written = Stores()
    queue = written.queue(storage, queue_size=1)
    written.may_go_on.clear()
    many = [await queue.submit_among_many((1,), Sender())]
    await written.is_writing.wait()
    many += [await queue.submit_among_many((number,), Sender()) for number in range(2, 5)]
    alone = asyncio.create_task(queue.submit((9,)))
    await asyncio.sleep(0)
    written.may_go_on.set()
    assert await alone == [90]
    await asyncio.gather(*many)


async def test_what_is_refused_at_once_costs_no_transaction(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    written = Stores()
    queue = written.queue(storage)
    sender = Sender()
    first = await queue.submit_among_many((-1,), sender)
    await asyncio.wait([first])
    begun = len(written.groups)
    second = await queue.submit_among_many((1,), sender)
    await queue.finish()
    assert second.exception() is first.exception() is not None
    assert len(written.groups) == begun


async def test_all_who_wait_are_told_that_the_service_is_closing(storage: Storage) -> None:
    queue = Stores().queue(storage)
    sender = Sender()
    await storage.close()
    async with asyncio.timeout(10):
        answers = [await queue.submit_among_many((number,), sender) for number in (1, 2)]
        told = await asyncio.gather(*answers, queue.submit((3,)), return_exceptions=True)
        await queue.finish()
    assert [type(one) for one in told] == [Busy] * 3


def test_a_till_is_told_when_to_send_again(database: Path) -> None:
    with serving(database, queue_size="1") as service:
        with_catalogue(service)

        def deliver(i: int) -> set[int]:
            statuses = set()
            while not statuses & {200, 201}:
                reply = service.post("/sales", receipt(f"q-{i}"))
                statuses.add(reply.status_code)
                if reply.status_code == 503:
                    assert reply.headers["Retry-After"] == "1"
                    assert reply.json()["code"] == "queue_full"
            return statuses

        with ThreadPoolExecutor(32) as pool:
            seen = set().union(*pool.map(deliver, range(200)))
        assert seen == {201, 503}
        totals = service.report("top-stores", month="2026-10")["totals"]
        assert totals["receipts"] == 200
