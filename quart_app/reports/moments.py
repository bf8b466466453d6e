"""Figures that no report of the registry gives: of a day up to an hour, and of shops day by day.

They go by the same measures, so that the owner's page and the reports say the same.
"""

import json
from collections.abc import Mapping

from quart_app.database.storage import Storage
from quart_app.reports.measures import measures
from quart_app.reports.models import Column, Figures, Report
from quart_app.reports.repository import figures
from quart_app.values.calendar import Period

_ID = Column("id", "id")
# Clocks are put back by an hour; a receipt of the hour before has the later instant.
_PUT_BACK_US = 3 * 3_600_000_000

UNTIL = Report(
    name="stores-until",
    answers="What had each store sold on a day up to this time by its own clock?",
    source="stores-until",
    columns=(_ID, *measures("revenue", "receipts", "average_receipt")),
    key=("id",),
    order=("id",),
)
STORE_DAYS = Report(
    name="store-days",
    answers="What did each store earn on each day?",
    source="store-days",
    columns=(_ID, Column("date", "date"), *measures("revenue")),
    key=("id", "date"),
    order=("id", "date"),
)
UNLISTED = (UNTIL, STORE_DAYS)


class Moments:
    """Reads them; ``store_ids`` of None are all stores, an empty tuple is none."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def until(
        self,
        day: int,
        latest_us: int,
        wall_clocks: Mapping[str, int],
        store_ids: tuple[int, ...] | None,
    ) -> Figures:
        """Each store's revenue, receipts and average receipt of a day, and those of all.

        ``latest_us`` is the instant until which, ``wall_clocks`` the same by the clocks of each
        zone, as microseconds of local time since 1970.
        """
        return await self._figures(
            UNTIL,
            Period(day, day),
            store_ids,
            {"latest_us": latest_us + _PUT_BACK_US, "wall_clocks": json.dumps(wall_clocks)},
        )

    async def store_days(self, period: Period, store_ids: tuple[int, ...] | None) -> Figures:
        """Each store's revenue day by day; a day on which nothing was sold has no row."""
        return await self._figures(STORE_DAYS, period, store_ids, {})

    async def _figures(
        self,
        report: Report,
        period: Period,
        store_ids: tuple[int, ...] | None,
        more: Mapping[str, object],
    ) -> Figures:
        values = {
            **period._asdict(),
            "store_ids": None if store_ids is None else json.dumps(store_ids),
            "as_of": None,
            "limit": -1,
            "skip": 0,
            **more,
        }
        async with self._storage.read() as reading:
            return await figures(reading, report, values, report.order)
