"""Changes of what is kept in memory as well as in the file: one after the other, to the end."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class InTurn:
    """The next change begins when the one before is in the file and in memory too.

    The file's own turn ends with the commit, a little before memory knows of it.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._changes: set[asyncio.Task[Any]] = set()

    async def to_its_end(self, change: Coroutine[Any, Any, T]) -> T:
        """What is committed is also known here, though whoever asked for it has gone."""
        task = asyncio.create_task(self._in_turn(change))
        self._changes.add(task)
        task.add_done_callback(self._changes.discard)
        return await asyncio.shield(task)

    async def _in_turn(self, change: Coroutine[Any, Any, T]) -> T:
        async with self._turn:
            return await change
