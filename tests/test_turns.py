"""Batches are read one at a time, and the one that came first goes before the others."""

import asyncio

import pytest

from quart_app.sales.taking.turns import Turns


async def read(turns: Turns, number: int, times: int, seen: list[int]) -> None:
    for _ in range(times):
        async with turns.turn(number):
            seen.append(number)
            await asyncio.sleep(0)
            assert seen[-1] == number
        await asyncio.sleep(0)


async def test_who_came_first_has_read_all_before_the_others_begin() -> None:
    turns, seen = Turns(), list[int]()
    numbers = [turns.number() for _ in range(3)]
    async with turns.turn(9):
        reading = [asyncio.create_task(read(turns, number, 20, seen)) for number in numbers[::-1]]
        await asyncio.sleep(0)
    await asyncio.gather(*reading)
    assert seen == [number for number in numbers for _ in range(20)]


async def test_nobody_waits_for_one_that_came_first_and_has_nothing_to_read() -> None:
    turns, seen = Turns(), list[int]()

    async def slow(number: int) -> None:
        async with turns.turn(number):
            seen.append(number)
        await asyncio.wait([quick])
        async with turns.turn(number):
            seen.append(number)

    first, second = turns.number(), turns.number()
    quick = asyncio.create_task(read(turns, second, 20, seen))
    async with asyncio.timeout(10):
        await slow(first)
    assert seen == [first, *[second] * 20, first]


@pytest.mark.parametrize("steps", range(8))
async def test_one_that_goes_away_at_any_moment_passes_its_turn_on(steps: int) -> None:
    turns, seen = Turns(), list[int]()
    async with turns.turn(9):
        leaving = asyncio.create_task(read(turns, 0, 5, seen))
        staying = asyncio.create_task(read(turns, 1, 5, seen))
        await asyncio.sleep(0)
        if steps == 0:
            leaving.cancel()
            await asyncio.sleep(0)
    for _ in range(steps):
        await asyncio.sleep(0)
    leaving.cancel()
    async with asyncio.timeout(10):
        await asyncio.wait([leaving, staying])
        async with turns.turn(2):
            assert seen.count(1) == 5


async def test_one_that_fails_passes_its_turn_on() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError):
        async with turns.turn(0):
            _ = 1 // 0
    async with asyncio.timeout(10), turns.turn(1):
        pass


async def test_nobody_reads_while_all_are_held_up() -> None:
    turns, seen = Turns(), list[int]()
    with turns.held_up():
        reading = asyncio.create_task(read(turns, 0, 1, seen))
        await asyncio.wait([reading], timeout=0.02)
        assert not seen
    await reading
    assert seen == [0]
