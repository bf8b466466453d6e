"""Long bodies on their way: taken no faster than they are read, and never more than fit in memory.

Quart takes all that comes, whether its route reads it or not; and what the allocator has once
been given for a long body it may keep for ever.
"""

import asyncio
import mmap
from collections.abc import Generator
from types import TracebackType
from typing import Any, Self

from quart.wrappers.request import Body

from quart_app.errors import Busy
from quart_app.web.limits import MAX_LARGE_BODIES_BYTES

UNREAD_BYTES = 64 << 10
"""What may wait for its route before its client is made to wait."""
FLOW = "flow"
"""The name under which a request's state has its ``Flow``."""


class Flow:
    """Whether a client's body may go on coming."""

    def __init__(self) -> None:
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._is_free = False

    def stop(self) -> None:
        """Let it wait."""
        if not self._is_free:
            self._is_open.clear()

    def go_on(self) -> None:
        """Let it come."""
        self._is_open.set()

    def free(self) -> None:
        """Let it come from now on: nobody reads it any more, or all of it is wanted."""
        self._is_free = True
        self._is_open.set()

    async def wait(self) -> None:
        """Return when it may come."""
        await self._is_open.wait()


class SteadyBody(Body):
    """A body that does not pile up before its route reads it."""

    flow: Flow | None = None

    def append(self, data: bytes) -> None:
        """Take what has come."""
        super().append(data)
        if self.flow is not None and len(self._data) > UNREAD_BYTES:
            self.flow.stop()

    def __await__(self) -> Generator[Any, None, Any]:
        """All of it, however long."""
        if self.flow is not None:
            self.flow.free()
        return super().__await__()

    async def __anext__(self) -> bytes:
        """What has come since it was read last."""
        part = await super().__anext__()
        if self.flow is not None:
            self.flow.go_on()
        return part


class _Together:
    """The bytes of all long bodies that are being read."""

    held = 0


class LargeBody:
    """A body that is gathered in memory of its own, which goes back whole when the block ends.

    Busy where all of them would be too much, unless ``may_fill`` lets one alone be longer.
    """

    def __init__(self, limit: int, *, may_fill: bool = False) -> None:
        # Only what is written to takes memory.
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        self._memory = mmap.mmap(-1, limit, flags=flags)
        self._may_fill = may_fill
        self._size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.drop()

    def add(self, part: bytes) -> None:
        """Take one more part, within the limit; Busy where others send long ones too."""
        together = _Together.held + len(part)
        is_alone = _Together.held == self._size
        if together > MAX_LARGE_BODIES_BYTES and not (self._may_fill and is_alone):
            raise Busy("too many large bodies are being sent at once; send it again")
        self._memory[self._size : self._size + len(part)] = part
        self._size += len(part)
        _Together.held = together

    def drop(self) -> None:
        """Give it up."""
        _Together.held -= self._size
        self._size = 0
        self._memory.close()

    def view(self) -> memoryview:
        """What has come, not copied; to be released before it is dropped."""
        return memoryview(self._memory)[: self._size]
