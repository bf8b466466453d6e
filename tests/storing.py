"""A database file that is open, and what tests write into it: shops, by their ids."""

from collections.abc import Sequence

from quart_app.database.inserting import inserting
from quart_app.database.steps import Statement
from quart_app.database.storage import Storage


def adding(ids: Sequence[int]) -> list[Statement]:
    """What adds shops of these ids; -1 breaks a CHECK."""
    rows = [(store_id, "A", "UTC") for store_id in ids]
    return [*inserting("INSERT INTO stores (id, address, timezone) VALUES :rows", rows)]


async def stores(storage: Storage) -> list[int]:
    """The ids of all that there are."""
    async with storage.read() as reading:
        return [row[0] for row in await reading.rows("SELECT id FROM stores ORDER BY id")]
