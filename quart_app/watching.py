"""What goes on beside the requests, from the start of the service to its end."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class Watching:
    """One task, however often it is begun, until it is ended."""

    def __init__(self, keep_watch: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._keep_watch = keep_watch
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin, if it has not begun."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep_watch())

    async def end(self) -> bool:
        """Cancel it and wait until it has ended; whether it had begun."""
        task, self._task = self._task, None
        if task is None:
            return False
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return True
