"""The rules of taking sales: each receipt is judged by itself, written once, counted at once."""

from collections.abc import Sequence

from quart_app.database.group_commit import GroupCommit
from quart_app.database.storage import Storage
from quart_app.database.transaction import Writing
from quart_app.errors import Fault, Invalid, NotFound
from quart_app.products.service import Products
from quart_app.sales import identity_repository, repository
from quart_app.sales.forms import Arrival
from quart_app.sales.judging import Judge
from quart_app.sales.models import Outcome, Sale, SalesListing
from quart_app.sales.recording_repository import recording
from quart_app.sales.totals_repository import adding
from quart_app.stores.service import Stores
from quart_app.values.calendar import MinuteOfDay


class Sales:
    """Takes receipts and gives them back."""

    def __init__(
        self,
        storage: Storage,
        stores: Stores,
        products: Products,
        *,
        day_start: MinuteOfDay,
        queue_size: int,
    ) -> None:
        self._storage = storage
        self._stores = stores
        self._products = products
        self._day_start = day_start
        self._queue = GroupCommit(storage, self._write, queue_size=queue_size)

    async def take(self, arrival: Arrival) -> Outcome:
        """Judge and write one receipt together with those that wait beside it.

        When this returns the outcome is on disk. Raises Busy, StorageFull or StorageFailed.
        """
        return await self._queue.submit(arrival)

    async def take_all(self, arrivals: Sequence[Arrival]) -> Sequence[Outcome]:
        """Judge and write many receipts in one transaction, an outcome for each."""
        async with self._storage.write() as writing:
            return await self._write(writing, arrivals)

    async def find(self, receipt_id: str) -> Sale:
        """A receipt as it stands; NotFound."""
        async with self._storage.read() as reading:
            sale = await repository.find(reading, receipt_id)
        if sale is None:
            raise NotFound(f"there is no receipt {receipt_id}", code="receipt_not_found")
        return sale

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

    async def finish(self) -> None:
        """Wait until every receipt that waits has been written and answered."""
        await self._queue.finish()

    async def _write(self, writing: Writing, arrivals: Sequence[Arrival]) -> Sequence[Outcome]:
        judge = Judge(arrivals, self._day_start)
        await judge.learn(writing, self._stores, self._products)
        outcomes = [judge.judge(arrival) for arrival in arrivals]
        if judge.created or judge.new_keys:
            statements = recording(judge.created, judge.new_keys)
            if judge.created:
                statements += adding(judge.created[0].sale_id, judge.created[-1].sale_id)
            await writing.run(*statements)
        return outcomes
