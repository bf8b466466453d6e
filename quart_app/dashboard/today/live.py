"""Live pages: one computation for all who look at the same, and what changed sent to each.

While anybody looks, a single task asks once a second whether there is anything new. A page is
told the newest of each part it has not seen; nothing queues up for one that reads slowly, and one
that reads nothing is cut off as any client is (web/client.py).
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import suppress

import msgspec

from quart_app.dashboard.today.figures import TodayFigures
from quart_app.dashboard.today.models import Today
from quart_app.dashboard.today.reports import StoreIds
from quart_app.errors import Busy, ServiceError

MAX_STREAMS = 400
"""Half of the connections there are by default: tills need the others."""
_HEARTBEAT_S = 15
_MAX_AGE_S = 600
# A round that takes long is followed by a longer pause: posts need the machine too.
_PAUSE_OF_ROUND = 4
_log = logging.getLogger(__name__)

Topic = tuple[StoreIds, str]
Rendering = Callable[[str, Today], Mapping[str, str]]


class _Shown:
    """What the pages of a topic show: each part, and the version in which it last changed."""

    def __init__(self) -> None:
        self.edition = ""
        self.version = 0
        self.parts: dict[str, tuple[int, str]] = {}
        self.changed = asyncio.Event()
        self.pages = 0
        self._events: dict[int, bytes] = {}

    def show(self, parts: Mapping[str, str]) -> None:
        """Take what is new, and wake whoever waits for it."""
        new = {name for name, text in parts.items() if self.parts.get(name, (0, None))[1] != text}
        if new:
            self.version += 1
            self.parts |= {name: (self.version, parts[name]) for name in new}
            self._events.clear()
            self.wake()

    def wake(self) -> None:
        """Have whoever waits look again."""
        self.changed.set()
        self.changed = asyncio.Event()

    def event_after(self, seen: int) -> bytes:
        """What a page lacks that has seen a version: written once for all that lack the same."""
        if seen not in self._events:
            lacking = {name: text for name, (at, text) in self.parts.items() if at > seen}
            self._events[seen] = b"data: %b\n\n" % msgspec.json.encode(lacking)
        return self._events[seen]


class Live:
    """The open pages of the chain."""

    def __init__(self, figures: TodayFigures, render: Rendering) -> None:
        self._figures = figures
        self._render = render
        self._topics: dict[Topic, _Shown] = {}
        self._rounds: asyncio.Task[None] | None = None
        self.streams = 0
        self._closed = False

    async def stream(
        self,
        store_ids: StoreIds,
        language: str,
        ending: asyncio.Event,
        may_see: Callable[[], bool],
    ) -> AsyncGenerator[bytes, None]:
        """The events of a page until it goes, ``ending`` is set, or it may not see them any more.

        One that is old is ended too, so that the page asks anew.
        """
        loop = asyncio.get_running_loop()
        shown = self._topics.setdefault((store_ids, language), _Shown())
        shown.pages += 1
        seen = 0
        self.streams += 1
        end_s = loop.time() + _MAX_AGE_S
        try:
            self._start(ending)
            yield b"retry: 3000\n\n"
            while may_see() and not ending.is_set() and loop.time() < end_s:
                if seen < shown.version:
                    event, seen = shown.event_after(seen), shown.version
                    yield event
                    continue
                changed = shown.changed
                # wait_for would lose a cancellation that comes together with the event.
                with suppress(TimeoutError):
                    async with asyncio.timeout(_HEARTBEAT_S):
                        await changed.wait()
                        continue
                yield b":\n\n"
        finally:
            self.streams -= 1
            shown.pages -= 1
            if not shown.pages:
                self._topics.pop((store_ids, language), None)

    def look_again(self) -> None:
        """Have every page ask whether it may still see what it shows."""
        for shown in self._topics.values():
            shown.wake()

    def require_room(self) -> None:
        """Busy where too many pages are open already."""
        if self.streams >= MAX_STREAMS:
            raise Busy(f"{MAX_STREAMS} pages are live already", code="too_many_streams")

    def _start(self, ending: asyncio.Event) -> None:
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._go_round(ending))

    async def _go_round(self, ending: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        while self._topics and not ending.is_set():
            start_s = loop.time()
            for topic, shown in list(self._topics.items()):
                await self._refresh(topic, shown)
            pause_s = max(1, _PAUSE_OF_ROUND * (loop.time() - start_s))
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await ending.wait()
        for shown in self._topics.values():
            shown.changed.set()

    async def _refresh(self, topic: Topic, shown: _Shown) -> None:
        edition = self._figures.edition()
        if edition == shown.edition:
            return
        store_ids, language = topic
        try:
            today = await self._figures.of(store_ids)
        except ServiceError as error:
            _log.warning("live pages wait: %s", error.detail)
        except Exception:  # noqa: BLE001 - the other pages go on; the log says what it was
            _log.exception("live pages wait")
        else:
            shown.edition = edition
            shown.show(self._render(language, today))
