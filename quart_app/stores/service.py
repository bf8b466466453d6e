"""Stores: a catalogue whose entries each keep a calendar."""

from collections.abc import Iterable

import msgspec

from quart_app.catalogue.models import Listing
from quart_app.catalogue.service import Catalogue
from quart_app.database.storage import Storage
from quart_app.database.transaction import Reading
from quart_app.stores.models import Shop, Store
from quart_app.stores.repository import StoreRepository
from quart_app.values.calendar import ZoneName, zone_named
from quart_app.wire import Wire


class Stores(Catalogue[Store, Listing]):
    """The chain's stores."""

    noun = "store"
    columns = ("id", "address", "timezone", "name")
    required = ("id", "address")

    def __init__(self, storage: Storage, wire: Wire, chain_zone: str) -> None:
        super().__init__(storage, StoreRepository(), Store, wire)
        self._chain_zone = ZoneName(chain_zone)

    def complete(self, entry: Store) -> Store:
        """A store that names no zone has the chain's, from now on and for good."""
        if entry.timezone is not None:
            return entry
        return msgspec.structs.replace(entry, timezone=self._chain_zone)

    async def shops(self, reading: Reading, ids: Iterable[int]) -> dict[int, Shop]:
        """What a sale needs to know of those of the ids that there are."""
        found = await self.repository.by_ids(reading, ids)
        return {
            store_id: Shop(zone_named(str(store.timezone)), store.archived)
            for store_id, store in found.items()
        }
