"""What is known of tills: kept with each group of receipts, read at any time."""

from collections.abc import Collection

from quart_app.access.acting import acting
from quart_app.database.steps import Statement
from quart_app.database.storage import Storage
from quart_app.database.transaction import Reading
from quart_app.tills import repository
from quart_app.tills.models import Ack, Till, TillListing
from quart_app.tills.numbers import HeardTills, TillKey, TillNumbers


class Tills:
    """The chain's tills."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def acks(self, tills: Collection[TillKey]) -> list[Ack]:
        """What those of the tills that number their receipts may forget."""
        async with self._storage.read() as reading:
            return await repository.acks(reading, tills)

    async def heard_of(self, reading: Reading, numbers: TillNumbers) -> HeardTills:
        """The tills of a group of receipts, as far as their numbers ask for it."""
        return HeardTills(await repository.known_numbers(reading, numbers))

    def hearing(self, heard: HeardTills) -> list[Statement]:
        """What writes down the tills that were heard of."""
        return repository.hearing(heard)

    async def list(self, listing: TillListing) -> list[Till]:
        """The tills asked for that may be seen, in the order of their stores."""
        store_ids = acting().within(() if listing.store_id is None else (listing.store_id,))
        async with self._storage.read() as reading:
            return await repository.select(reading, store_ids, listing.till_id)
