"""The shops that whoever looks may see, by name, and their clocks."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from quart_app.catalogue.models import Listing
from quart_app.stores.models import Store
from quart_app.stores.service import Stores
from quart_app.values.calendar import local_time, zone_named

_MOST_TICKS = 50
"""Boxes of chosen shops, and of others; who wants another looks for it."""


class ToTick(msgspec.Struct, frozen=True):
    """Shops to choose from: those that have a box, the chosen that have none, how many others."""

    shown: list[Store]
    kept: list[Store]
    further: int


class Shops(msgspec.Struct, frozen=True):
    """Shops by id, in the order of their names."""

    by_id: Mapping[int, Store]

    def name(self, store_id: int) -> str:
        """What a shop is called."""
        store = self.by_id.get(store_id)
        return str(store_id) if store is None else store.name or store.address

    def to_tick(self, text: str, chosen: Sequence[int]) -> "ToTick":
        """Those whose name, address or number has a text in it, and before them the chosen."""
        sought = text.casefold()
        found = [
            store
            for store in self.by_id.values()
            if store.known_id not in chosen
            and not store.archived
            and sought in f"{store.name or ''}\n{store.address}\n{store.id}".casefold()
        ]
        known = [self.by_id[one] for one in chosen if one in self.by_id]
        return ToTick(
            known[:_MOST_TICKS] + found[:_MOST_TICKS],
            known[_MOST_TICKS:],
            len(found[_MOST_TICKS:]),
        )

    def utc_offset_s(self, store_id: int, instant: int) -> int:
        """How far a shop's clock is ahead of UTC at an instant."""
        store = self.by_id.get(store_id)
        if store is None or store.timezone is None:
            return 0
        return local_time(instant, zone_named(store.timezone), 0).utc_offset_s


def in_order(name: str) -> list[Any]:
    """What names are sorted by: whatever their capitals, and shop 2 before shop 10."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [int(part) if place % 2 else part for place, part in enumerate(parts)]


def by_name(store: Store) -> tuple[list[Any], int]:
    """What shops are sorted by: the name that they are shown by."""
    return in_order(store.name or store.address), store.known_id


async def shops_of(stores: Stores, seen: Collection[int] | None) -> Shops:
    """Every shop that may be seen, archived ones too; None for all."""
    found = [
        store
        for archived in (False, True)
        for store in await stores.list(Listing(archived=archived))
        if seen is None or store.known_id in seen
    ]
    found.sort(key=by_name)
    return Shops({store.known_id: store for store in found})
