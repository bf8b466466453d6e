"""Reads how much there is in a file of any release."""

from quart_app.database.transaction import Reading
from quart_app.values.instant import Instant


async def receipts(reading: Reading) -> int:
    """The number of receipts that were counted."""
    return await reading.number("SELECT COUNT(*) FROM sales")


async def newest_received_at(reading: Reading) -> Instant | None:
    """When the newest of them came."""
    newest = await reading.row(
        """
        SELECT received_at_us
          FROM sales
         ORDER BY id DESC
         LIMIT 1
        """
    )
    return None if newest is None else Instant(newest[0])
