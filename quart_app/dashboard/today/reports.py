"""What the owner's page asks of the reports about one day."""

from typing import Any

from quart_app.dashboard.today import repository
from quart_app.dashboard.today.attention import attention_of, candidates
from quart_app.dashboard.today.models import Attention, HeldReason, HourPoint, ProductToday
from quart_app.database.storage import Storage
from quart_app.reports.models import (
    ComparedQuestion,
    Question,
    StoresQuestion,
    Table,
    TopProductsQuestion,
)
from quart_app.reports.parameters import of_own_stores
from quart_app.reports.service import Reports
from quart_app.stores.models import Store
from quart_app.values.calendar import Day, from_day

WEEK = 7
_ALL = 100_000

StoreIds = tuple[int, ...] | None
"""Some shops, never none of them; None for all."""


class DayReports:
    """Asks for the figures of a day, of all shops or of some."""

    def __init__(self, storage: Storage, reports: Reports) -> None:
        self._storage = storage
        self._reports = reports

    async def stores(self, day: int, store_ids: StoreIds) -> Table:
        """The day of each shop that sold, and of all of them."""
        question = StoresQuestion(
            first=Day(day), last=Day(day), store_id=store_ids or (), limit=_ALL
        )
        return await self._answer("stores", question)

    async def hours(self, day: int, store_ids: StoreIds) -> tuple[HourPoint, ...]:
        """The hours of a day and of the same day last week, those in which anything was sold."""
        sums: list[dict[int, int]] = []
        for one in (day, day - WEEK):
            question = ComparedQuestion(
                first=Day(one), last=Day(one), store_id=store_ids or (), limit=_ALL
            )
            table = await self._answer("hours", question)
            weekday = from_day(one).isoweekday()
            rows = columns_of(table, "weekday", "hour", "revenue")
            # A day that begins at 04:00 ends with hours of the next calendar day.
            sums.append({hour + 24 * (on != weekday): revenue for on, hour, revenue in rows})
        now, before = sums
        return tuple(
            HourPoint(hour, now.get(hour, 0), before.get(hour, 0))
            for hour in sorted({*now, *before})
        )

    async def products(self, day: int, store_ids: StoreIds) -> tuple[ProductToday, ...]:
        """The ten products that earned most."""
        question = TopProductsQuestion(
            first=Day(day), last=Day(day), store_id=store_ids or (), by="revenue"
        )
        table = await self._answer("top-products", question)
        return tuple(
            ProductToday(id=id_, name=name, quantity_milli=quantity, unit=unit, revenue=revenue)
            for id_, name, quantity, unit, revenue in columns_of(
                table, "id", "name", "quantity", "unit", "revenue"
            )
        )

    async def last_day_before(self, day: int, store_ids: StoreIds) -> int | None:
        """The last day before one on which anything was sold."""
        async with self._storage.read() as reading:
            return await repository.last_day_before(reading, day, store_ids)

    async def attention(
        self, table: Table, store_ids: StoreIds, shops: list[Store], *, is_today: bool
    ) -> Attention:
        """What somebody should look at; today every receipt that is held, of whatever day."""
        sold = {row[0] for row in columns_of(table, "id")}
        quiet = candidates(table.completeness.silent_tills, sold)
        held_of_day: dict[int, int] = {}
        if quiet:
            question = Question(
                first=Day(table.period.first), last=Day(table.period.last), store_id=quiet
            )
            of_shops = await self._answer("completeness", question)
            held_of_day = dict(columns_of(of_shops, "store_id", "held"))
        held, reasons = 0, []
        if is_today:
            async with self._storage.read() as reading:
                held = await repository.held_count(reading, store_ids)
                if held:
                    reasons = await repository.held_reasons(reading, store_ids)
        if held > repository.REASONS_OF:
            # A count of some of them would be taken for one of all.
            reasons = [HeldReason(one.code, 0) for one in reasons]
        return attention_of(
            table.completeness,
            silent=[one for one in quiet if not held_of_day.get(one)],
            names={shop.known_id: shop.name or shop.address for shop in shops},
            held=held if is_today else table.completeness.held,
            reasons=reasons,
        )

    async def _answer(self, name: str, question: Question) -> Table:
        """A report; Forbidden where it would be of more shops than whoever acts may see."""
        return await self._reports.answer(self._reports.named(name), of_own_stores(question))


def columns_of(table: Table, *names: str) -> list[tuple[Any, ...]]:
    """Some cells of each row, by the names of their columns."""
    at = [[column.name for column in table.columns].index(name) for name in names]
    return [tuple(row[i] for i in at) for row in table.rows]
