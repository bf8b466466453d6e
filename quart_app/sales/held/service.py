"""Held receipts: tried again by themselves or by hand, or discarded with a reason."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

from quart_app.access.acting import acting
from quart_app.access.audit import Audit
from quart_app.clock import Clock
from quart_app.database.storage import Storage
from quart_app.database.transaction import Reading, Writing
from quart_app.errors import Conflict, NotFound, ServiceError
from quart_app.sales.held import causes_repository, repository, rivals_repository
from quart_app.sales.held.causes import Cause
from quart_app.sales.held.models import HeldListing, HeldSale
from quart_app.sales.models import Sale
from quart_app.sales.taking.counting import Counting
from quart_app.watching import Watching

AT_ONCE = 500
"""Held receipts that are tried again in one transaction, so that tills need not wait long."""

_LOOK_S = 60
_CATCH_UP_S = 2
_log = logging.getLogger(__name__)


class HeldSales:
    """The receipts that cannot be counted yet."""

    def __init__(self, storage: Storage, counting: Counting, clock: Clock, audit: Audit) -> None:
        self._storage = storage
        self._audit = audit
        self._counting = counting
        self._clock = clock
        self._moved_on = asyncio.Event()
        self._looked = asyncio.Event()
        self._watching = Watching(self._keep_watch)

    async def list(self, listing: HeldListing) -> list[HeldSale]:
        """A page of those that may be seen, those that came first first."""
        store_ids = acting().within(() if listing.store_id is None else (listing.store_id,))
        async with self._storage.read() as reading:
            return await repository.select(reading, listing, store_ids)

    async def causes(self, limit: int, offset: int) -> Sequence[Cause]:
        """What keeps receipts that may be seen from being counted, that of most first."""
        store_ids = acting().within(())
        async with self._storage.read() as reading:
            return await causes_repository.causes(reading, store_ids, limit, offset)

    async def causes_end_at(self) -> int:
        """How many the causes are of, where more are held than that; else 0."""
        store_ids = acting().within(())
        async with self._storage.read() as reading:
            is_beyond = await causes_repository.are_beyond(reading, store_ids)
        return causes_repository.LOOKED_AT if is_beyond else 0

    async def of_cause(
        self, code: str, number: int | None, limit: int, after: int
    ) -> Sequence[int]:
        """The ids of those that may be seen and are held for a cause, those that came first first.

        ``number`` is that of the product or store that is not known.
        """
        store_ids = acting().within(())
        async with self._storage.read() as reading:
            return await causes_repository.of_cause(
                reading, store_ids, code, number, limit=limit, after=after
            )

    async def waiting(self) -> int:
        """How many lack nothing any more and are counted in a moment; at most AT_ONCE."""
        async with self._storage.read() as reading:
            return len(await repository.ready(reading, self._clock.now(), AT_ONCE))

    async def catch_up(self) -> None:
        """Give those that lack nothing any more a moment in which they are counted."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_CATCH_UP_S):
                looked = self._looked
                while await self.waiting():
                    await looked.wait()
                    looked = self._looked

    async def would_be(self, held: HeldSale) -> Sale | None:
        """What one would be counted as; None where that cannot be told yet."""
        async with self._storage.read() as reading:
            return await self._counting.would_be(reading, held)

    async def count(self) -> int:
        """How many there are."""
        async with self._storage.read() as reading:
            return await repository.count(reading)

    async def find(self, held_id: int) -> HeldSale:
        """One as it stands, whatever became of it; NotFound, or Forbidden for another store's."""
        async with self._storage.read() as reading:
            return await _find(reading, held_id)

    async def retry(self, held_id: int) -> HeldSale:
        """Judge one again now, and say how it stands; NotFound, or Conflict for a settled one."""
        async with self._storage.write() as writing:
            await self._require_held(writing, held_id)
            await self._counting.retry(writing, [held_id])
            await writing.run(self._audit.noting("held.retry", held_id))
        return await self.find(held_id)

    async def discard(self, held_id: int, reason: str) -> None:
        """Give one up, for a reason that is kept; NotFound, or Conflict for a settled one.

        Those that wanted its identity or its till's number are judged again.
        """
        async with self._storage.write() as writing:
            await self._require_held(writing, held_id)
            now = self._clock.now()
            await writing.run(
                repository.settling([held_id], "discarded", now, reason),
                self._audit.noting("held.discard", held_id, {"reason": reason}),
            )
            if rivals := await rivals_repository.rivals(writing, held_id):
                await self._counting.retry(writing, rivals)

    async def retry_ready(self) -> int:
        """Count those that lack nothing any more; how many were tried."""
        tried: set[int] = set()
        while True:
            async with self._storage.read() as reading:
                ready = await repository.ready(reading, self._clock.now(), AT_ONCE)
            if tried.issuperset(ready):
                return len(tried)
            async with self._storage.write() as writing:
                await self._counting.retry(writing, ready)
            tried.update(ready)

    def look(self) -> None:
        """Say that the catalogue has moved on: what waits for it is tried again soon."""
        self._moved_on.set()

    async def watch(self) -> None:
        """Try again whenever the catalogue or the time has moved on, until ``finish``."""
        self._moved_on.set()
        self._watching.begin()

    async def finish(self) -> None:
        """Watch no more; what is being tried is tried to its end."""
        await self._watching.end()

    async def _keep_watch(self) -> None:
        while True:
            try:
                # wait_for would lose a cancellation that comes together with the event.
                async with asyncio.timeout(_LOOK_S):
                    await self._moved_on.wait()
            except TimeoutError:
                _log.debug("the time has moved on")
            self._moved_on.clear()
            try:
                if tried := await self.retry_ready():
                    _log.info("%d held receipts were tried again", tried)
            except ServiceError as error:
                _log.warning("held receipts could not be tried again: %s", error.detail)
            self._looked.set()
            self._looked = asyncio.Event()

    async def _require_held(self, writing: Writing, held_id: int) -> None:
        """Asked by the one writer, so that it is still so when something is done about it."""
        held = await _find(writing, held_id)
        if held.status != "held":
            raise Conflict(f"held receipt {held_id} was {held.status} already", code="held_settled")


async def _find(reading: Reading, held_id: int) -> HeldSale:
    held = await repository.find(reading, held_id)
    if held is None:
        raise NotFound(f"there is no held receipt {held_id}", code="held_not_found")
    acting().require_store(held.store_id)
    return held
