"""Stores: a catalogue whose entries each keep a calendar."""

from collections.abc import Collection, Mapping

import msgspec

from quart_app.access.audit import Audit
from quart_app.catalogue.models import Listing
from quart_app.catalogue.service import Catalogue, Remembered
from quart_app.database.storage import Storage
from quart_app.database.transaction import Reading
from quart_app.stores.models import Shop, Store
from quart_app.stores.repository import StoreRepository
from quart_app.values.calendar import ZoneName
from quart_app.wire import Wire


class Stores(Catalogue[Store, Listing]):
    """The chain's stores."""

    noun = "store"
    columns = ("id", "address", "timezone", "name")
    required = ("id", "address")

    def __init__(self, storage: Storage, wire: Wire, audit: Audit, chain_zone: str) -> None:
        self._stores = StoreRepository()
        super().__init__(
            storage, wire, self._stores, audit=audit, entry_type=Store, listing_type=Listing
        )
        self._shops = Remembered[Shop](self.edition)
        self._zones: tuple[str, Collection[str]] = "", ()
        self._chain_zone = ZoneName(chain_zone)

    def complete(self, entry: Store) -> Store:
        """A store that names no zone has the chain's, from now on and for good."""
        if entry.timezone is not None:
            return entry
        return msgspec.structs.replace(entry, timezone=self._chain_zone)

    async def zones(self) -> Collection[str]:
        """The time zones that stores are in, looked up once an edition."""
        edition = self.edition.name
        if self._zones[0] != edition:
            async with self.storage.read() as reading:
                self._zones = edition, await self._stores.zones(reading)
        return self._zones[1]

    @property
    def shops_at_hand(self) -> Mapping[int, Shop]:
        """What is known already of stores, in this edition of the catalogue."""
        return self._shops.at_hand()

    async def shops(self, reading: Reading, ids: set[int]) -> Mapping[int, Shop]:
        """What a sale needs to know of those of the ids that there are.

        Of a chain's hundreds all are looked up at once, so that hardly any sale comes before its
        shop is known.
        """
        return await self._shops.of(ids, lambda _: self._stores.shops(reading))
