"""The one writer and its readers: cancelled callers, deadlines."""

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

import pytest

from quart_app.database.steps import Statement
from quart_app.database.storage import Storage
from quart_app.database.transaction import Writing
from quart_app.errors import Busy, TooSlow
from tests.storing import adding, stores

ENDLESS = """
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)
    SELECT MAX(n) FROM numbers
"""


async def add(writing: Writing, ids: Sequence[int]) -> Sequence[int]:
    await writing.run(*adding(ids))
    return [10 * store_id for store_id in ids]


@pytest.mark.parametrize("steps", [*range(12), *range(12, 80, 4)])
async def test_a_caller_cancelled_at_any_moment_leaves_all_or_nothing(
    storage: Storage, steps: int
) -> None:
    async def change() -> None:
        async with storage.write() as writing:
            await add(writing, [1])
            await add(writing, [2])

    caller = asyncio.create_task(change())
    for _ in range(steps):
        await asyncio.sleep(0)
    caller.cancel()
    await asyncio.wait({caller})
    async with storage.write() as writing:
        await add(writing, [3])
    assert await stores(storage) in ([3], [1, 2, 3])


@pytest.mark.parametrize("written", [[], [1]], ids=["at once", "later"])
async def test_an_error_undoes_the_transaction_and_the_next_one_goes_on(
    storage: Storage, written: list[int]
) -> None:
    async def fail() -> None:
        async with storage.write() as writing:
            if written:
                await add(writing, written)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with storage.write() as writing:
        await add(writing, [2])
    assert await stores(storage) == [2]


async def test_what_is_asked_together_with_something_wrong_is_not_answered(
    storage: Storage,
) -> None:
    async with storage.write() as writing:
        right = await asyncio.gather(writing.number("SELECT 1"), writing.number("SELECT 2"))
        wrong = await asyncio.gather(
            writing.number("SELECT 1"),
            writing.number("SELECT nonsense"),
            writing.number("SELECT 2"),
            return_exceptions=True,
        )
    assert right == [1, 2]
    assert wrong[0] == 1
    assert [type(one) for one in wrong[1:]] == [sqlite3.OperationalError] * 2


async def test_after_a_statement_that_fails_none_is_run(storage: Storage) -> None:
    with pytest.raises(sqlite3.OperationalError):
        async with storage.write() as writing:
            await writing.run(("SELECT nonsense", ()), ("DETACH DATABASE main", ()))
    async with storage.write() as writing:
        await add(writing, [1])
    assert await stores(storage) == [1]


async def test_what_runs_while_more_is_made_is_undone_when_either_fails(storage: Storage) -> None:
    def made(store_id: int) -> Statement:
        return adding([store_id])[0]

    async def change(store_ids: Iterable[int]) -> None:
        async with storage.write() as writing:
            await add(writing, [1])
            async with writing.running() as run:
                for store_id in store_ids:
                    await run([made(store_id)])

    def broken() -> Iterator[int]:
        yield 2
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        await change(broken())
    with pytest.raises(sqlite3.IntegrityError):
        await change([2, -1, 3])
    assert await stores(storage) == []
    await change([2, 3])
    assert await stores(storage) == [1, 2, 3]


async def test_whoever_makes_more_than_is_run_lets_others_be_served(storage: Storage) -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    served = asyncio.create_task(other())
    numbers = "WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000)"
    slow: Statement = (f"{numbers} SELECT MAX(i) FROM n", ())
    async with storage.write() as writing, writing.running() as run:
        turns_before = turns
        for _ in range(8):
            await run([slow])
        turns_meanwhile = turns - turns_before
    served.cancel()
    assert turns_meanwhile > 20


async def test_a_reading_past_its_deadline_is_stopped_and_delays_nobody(storage: Storage) -> None:
    async def endless() -> None:
        async with storage.read() as reading:
            await reading.rows(ENDLESS)

    slow = asyncio.create_task(endless())
    async with storage.write() as writing:
        await add(writing, [1])
    with pytest.raises(TooSlow):
        await slow
    # The only reader is free again, since its statement was stopped.
    assert await stores(storage) == [1]


async def test_after_closing_nothing_is_taken(storage: Storage) -> None:
    await storage.close()
    with pytest.raises(Busy):
        await stores(storage)
    with pytest.raises(Busy):
        async with storage.write() as writing:
            await add(writing, [1])
    await storage.close()
