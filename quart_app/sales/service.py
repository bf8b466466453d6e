"""The rules of taking sales: each receipt is judged by itself, written once, counted at once."""

from collections.abc import Sequence

from quart_app.database.group_commit import GroupCommit
from quart_app.database.storage import Storage
from quart_app.errors import Fault, Invalid, NotFound
from quart_app.sales import held_repository, identity_repository, repository
from quart_app.sales.counting import Counting
from quart_app.sales.forms import Arrival
from quart_app.sales.held_models import HeldSale
from quart_app.sales.models import Outcome, Sale, SalesListing
from quart_app.sales.voiding import voiding


class Sales:
    """Takes receipts, voids them and gives them back."""

    def __init__(self, storage: Storage, counting: Counting, *, queue_size: int) -> None:
        self._storage = storage
        self._counting = counting
        self._queue = GroupCommit(storage, counting.write, queue_size=queue_size)

    async def take(self, arrival: Arrival) -> Outcome:
        """Judge and write one receipt together with those that wait beside it.

        When this returns the outcome is on disk. Raises Busy, StorageFull or StorageFailed.
        """
        return await self._queue.submit(arrival)

    async def take_all(self, arrivals: Sequence[Arrival]) -> Sequence[Outcome]:
        """Judge and write many receipts in one transaction, an outcome for each."""
        async with self._storage.write() as writing:
            return await self._counting.write(writing, arrivals)

    async def try_all(self, arrivals: Sequence[Arrival]) -> Sequence[Outcome]:
        """What would become of receipts; nothing is written."""
        async with self._storage.read() as reading:
            return (await self._counting.judged(reading, arrivals))[1]

    async def find(self, receipt_id: str) -> Sale | HeldSale:
        """A receipt as it stands, counted or held; NotFound.

        Both are looked for at one instant: it may be counted just then.
        """
        async with self._storage.read(snapshot=True) as reading:
            sale = await repository.find(reading, receipt_id)
            if sale is not None:
                return sale
            held = await held_repository.find_by_receipt(reading, receipt_id)
        if held is None:
            raise _not_found(receipt_id)
        return held

    async def list(self, listing: SalesListing) -> list[Sale]:
        """A page of receipts, newest first; Invalid for an ``after`` that is no receipt."""
        async with self._storage.read() as reading:
            if listing.after is not None and not await identity_repository.known_receipts(
                reading, [listing.after]
            ):
                raise Invalid(
                    f"there is no receipt {listing.after}",
                    faults=[Fault("after", "unknown_receipt", "give one of the list before")],
                )
            return await repository.select(reading, listing)

    async def void(self, receipt_id: str, reason: str | None) -> tuple[Sale | HeldSale, bool]:
        """Cancel a receipt as if it had not been; whether it was voided before. NotFound.

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
                was_voided = held is not None and held.voided_at_us is not None
                if not was_voided:
                    await writing.run(held_repository.voiding(receipt_id, now, reason))
            else:
                was_voided = await repository.is_voided(writing, known.sale_id)
                if not was_voided:
                    await writing.run(*voiding(known.sale_id, now, reason))
        return await self.find(receipt_id), was_voided

    async def finish(self) -> None:
        """Wait until every receipt that waits has been written and answered."""
        await self._queue.finish()


def _not_found(receipt_id: str) -> NotFound:
    return NotFound(f"there is no receipt {receipt_id[:64]}", code="receipt_not_found")
