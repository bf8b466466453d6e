"""The stores table."""

import json
from collections.abc import Iterable, Sequence

from quart_app.catalogue.models import Listing
from quart_app.database.inserting import inserting
from quart_app.database.steps import Row
from quart_app.database.transaction import Reading, Writing
from quart_app.stores.models import Shop, Store
from quart_app.values.calendar import ZoneName, zone_named
from quart_app.values.text import search_key

_COLUMNS = ("id", "address", "timezone", "name", "archived")


class StoreRepository:
    """Rows of stores as models."""

    async def select(self, reading: Reading, listing: Listing) -> list[Store]:
        """The stores asked for, by id; ``q`` is looked for in ids, addresses and names."""
        rows = await reading.packed(
            _COLUMNS,
            """
            SELECT id,
                   address,
                   timezone,
                   name,
                   archived
              FROM stores
             WHERE id > :after
                   AND archived = :archived
                   AND (:q IS NULL
                        OR CAST(id AS TEXT) = :q
                        OR INSTR(SEARCH_KEY(address), :search_key) > 0
                        OR INSTR(SEARCH_KEY(COALESCE(name, '')), :search_key) > 0)
             ORDER BY id
             LIMIT :limit
            """,
            {
                "after": listing.after,
                "archived": listing.archived,
                "q": listing.q,
                "search_key": search_key(listing.q or ""),
                "limit": -1 if listing.limit is None else listing.limit,
            },
        )
        return [_store(row) for row in rows]

    async def by_ids(self, reading: Reading, ids: Iterable[int]) -> dict[int, Store]:
        """Those of the ids that there are, archived ones too."""
        rows = await reading.packed(
            _COLUMNS,
            """
            SELECT id,
                   address,
                   timezone,
                   name,
                   archived
              FROM stores
             WHERE id IN (SELECT value FROM JSON_EACH(:ids))
            """,
            {"ids": json.dumps(list(ids))},
        )
        return {row[0]: _store(row) for row in rows}

    async def shops(self, reading: Reading) -> dict[int, Shop]:
        """What a sale needs to know of each store."""
        rows = await reading.packed(
            ("id", "timezone", "archived"),
            """
            SELECT id,
                   timezone,
                   archived
              FROM stores
            """,
            {},
        )
        return {row[0]: Shop(zone_named(row[1]), bool(row[2])) for row in rows}

    async def zones(self, reading: Reading) -> list[str]:
        """The time zones that stores are in."""
        rows = await reading.rows("SELECT DISTINCT timezone FROM stores")
        return [row[0] for row in rows]

    async def upsert(self, writing: Writing, entries: Sequence[Store]) -> None:
        """Write stores, replacing those of the same id."""
        await writing.run(
            *inserting(
                """
            INSERT INTO stores (id, address, timezone, name, archived)
            VALUES :rows
                ON CONFLICT (id)
                DO UPDATE
               SET address = excluded.address,
                   timezone = excluded.timezone,
                   name = excluded.name,
                   archived = excluded.archived
            """,
                [
                    (store.id, store.address, str(store.timezone), store.name, store.archived)
                    for store in entries
                ],
            )
        )

    async def next_id(self, reading: Reading) -> int:
        """An id above every other."""
        return await reading.number("SELECT COALESCE(MAX(id), 0) + 1 FROM stores")

    async def is_sold(self, reading: Reading, entry_id: int) -> bool:
        """Whether any receipt is of it, or a key: another store of its id must not have that."""
        found = await reading.row(
            """
            SELECT 1
              FROM sales
             WHERE store_id = :id
         UNION ALL
            SELECT 1
              FROM access_keys
             WHERE store_id = :id
             LIMIT 1
            """,
            {"id": entry_id},
        )
        return found is not None

    async def delete(self, writing: Writing, entry_id: int) -> None:
        """Remove one that never sold."""
        await writing.run(("DELETE FROM stores WHERE id = :id", {"id": entry_id}))


def _store(row: Row) -> Store:
    return Store(
        id=row[0],
        address=row[1],
        timezone=ZoneName(row[2]),
        name=row[3],
        archived=bool(row[4]),
    )
