"""The rules of taking sales: each receipt is judged by itself, written once, counted at once."""

import asyncio
from collections.abc import Sequence

from quart_app.access.acting import acting
from quart_app.access.audit import Audit
from quart_app.database.group_commit import GroupCommit, Sender
from quart_app.database.storage import Storage
from quart_app.errors import Fault, Invalid, NotFound
from quart_app.sales import repository
from quart_app.sales.held import repository as held_repository
from quart_app.sales.held.models import HeldSale
from quart_app.sales.models import AllCreated, Outcome, Outcomes, Sale, SalesListing
from quart_app.sales.outcomes import OutcomeCounts
from quart_app.sales.taking import identity_repository
from quart_app.sales.taking.arrivals import Arrival
from quart_app.sales.taking.counting import Counting
from quart_app.sales.taking.learning import Sent
from quart_app.sales.taking.parts import Part
from quart_app.sales.taking.reception import Reception
from quart_app.sales.voiding import voiding


class Sales:
    """Takes receipts, voids them and gives them back."""

    def __init__(
        self,
        storage: Storage,
        counting: Counting,
        reception: Reception,
        audit: Audit,
        *,
        queue_size: int,
    ) -> None:
        self._storage = storage
        self._audit = audit
        self._counting = counting
        self.reception = reception
        self.outcomes = OutcomeCounts()
        self.queue: GroupCommit[Sent, Outcomes] = GroupCommit(
            storage, counting.begin, queue_size=queue_size, kept=self.outcomes.add
        )

    async def take(self, arrival: Arrival) -> Outcome:
        """Judge and write one receipt together with those that wait beside it.

        When this returns the outcome is on disk. Raises Busy, StorageFull or StorageFailed.
        """
        return _each(await self.queue.submit((arrival,)))[0]

    async def take_all(self, arrivals: Sequence[Arrival]) -> Sequence[Outcome]:
        """The same for many, in one transaction, an outcome for each."""
        return _each(await (await self.queue.submit_among_many(arrivals, Sender())))

    async def take_part(self, part: Part, sender: Sender) -> asyncio.Future[Outcomes]:
        """The same for a part of a batch: wait until there is room for it; its outcomes follow.

        Once one part of a sender is refused all that follow are, so that their order is kept.
        """
        outcomes = await self.queue.submit_among_many(part, sender)
        outcomes.add_done_callback(lambda _: part.let_go())
        return outcomes

    async def try_all(self, arrivals: Sequence[Arrival]) -> Sequence[Outcome]:
        """What would become of receipts; nothing is written."""
        async with self._storage.read() as reading:
            return (await self._counting.judged(reading, arrivals))[1]

    async def find(self, receipt_id: str) -> Sale | HeldSale:
        """A receipt as it stands, counted or held; NotFound, or Forbidden for another store's.

        Both are looked for at one instant: it may be counted just then.
        """
        async with self._storage.read(snapshot=True) as reading:
            found: Sale | HeldSale | None = await repository.find(reading, receipt_id)
            if found is None:
                found = await held_repository.find_by_receipt(reading, receipt_id)
        if found is None:
            raise _not_found(receipt_id)
        acting().require_store(found.store_id)
        return found

    async def list(self, listing: SalesListing) -> list[Sale]:
        """A page of those that may be seen, newest first; Invalid for an ``after`` that is none."""
        store_ids = acting().within(() if listing.store_id is None else (listing.store_id,))
        async with self._storage.read() as reading:
            if listing.after is not None and not await identity_repository.known_receipts(
                reading, [listing.after]
            ):
                raise Invalid(
                    f"there is no receipt {listing.after}",
                    faults=[Fault("after", "unknown_receipt", "give one of the list before")],
                )
            return await repository.select(reading, listing, store_ids)

    async def void(self, receipt_id: str, reason: str | None) -> tuple[Sale | HeldSale, bool]:
        """Cancel a receipt as if it had not been; whether it was voided before.

        Raises NotFound, or Forbidden for another store's.

        One that is held stays held, and is counted as voided if it ever is.
        """
        now = self._counting.clock.now()
        was_voided = False
        async with self._storage.write() as writing:
            known = (await identity_repository.known_receipts(writing, [receipt_id])).get(
                receipt_id
            )
            if known is None:
                raise _not_found(receipt_id)
            if known.sale_id is None:
                held = await held_repository.find_by_receipt(writing, receipt_id)
                assert held is not None
                store_id, was_voided = held.store_id, held.voided_at_us is not None
                statements = [held_repository.voiding(receipt_id, now, reason)]
            else:
                store_id, was_voided = await repository.store_and_void(writing, known.sale_id)
                statements = voiding(known.sale_id, now, reason)
            acting().require_store(store_id)
            if not was_voided:
                told = {"store_id": store_id, "reason": reason}
                noted = self._audit.noting("sale.void", receipt_id, told)
                await writing.run(*statements, noted)
        return await self.find(receipt_id), was_voided

    async def finish(self) -> None:
        """Wait until every receipt that waits has been written and answered."""
        await self.queue.finish()


def _each(outcomes: Outcomes) -> Sequence[Outcome]:
    assert not isinstance(outcomes, AllCreated)
    return outcomes


def _not_found(receipt_id: str) -> NotFound:
    return NotFound(f"there is no receipt {receipt_id[:64]}", code="receipt_not_found")
