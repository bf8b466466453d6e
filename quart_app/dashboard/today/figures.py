"""A day of the chain, or of some of its shops, from the reports: the figures of the owner's page.

"Today" is one business date, the chain's: a shop's receipts of that date by its own clock, as in
every report. Last week's same weekday is counted up to the same time by each shop's own clock.
"""

import asyncio
from collections.abc import Mapping
from zoneinfo import ZoneInfo

import msgspec

from quart_app.access.acting import Actor, act_as
from quart_app.catalogue.models import Listing
from quart_app.clock import Clock
from quart_app.dashboard.shops import by_name
from quart_app.dashboard.today import repository
from quart_app.dashboard.today.clocks import DAY_US, MINUTE_US, Clocks, clocks_at
from quart_app.dashboard.today.models import Attention, Beginnings, Figure, ShopToday, Today
from quart_app.dashboard.today.reports import WEEK, DayReports, StoreIds, columns_of
from quart_app.database.storage import Storage
from quart_app.errors import Fault, InvalidParameter
from quart_app.notes.service import Notes
from quart_app.reports.models import Figures, Table
from quart_app.reports.moments import Moments
from quart_app.reports.service import Reports
from quart_app.stores.models import Store
from quart_app.stores.service import Stores
from quart_app.values.calendar import Day, Period

TREND_DAYS = 14
_VIEWS_KEPT = 64


class _Kept(msgspec.Struct):
    """What was found for a view, and for what edition of the file and minute."""

    lock: asyncio.Lock
    edition: str = ""
    found: Today | None = None
    until: tuple[object, Figures] | None = None
    trends: tuple[object, dict[int, tuple[int, ...]]] | None = None


class TodayFigures:
    """Computes each view once an edition of the file and a minute, however many look at it."""

    def __init__(
        self,
        *,
        storage: Storage,
        reports: Reports,
        stores: Stores,
        notes: Notes,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._storage = storage
        self._reports = reports
        self._asked = DayReports(storage, reports)
        self._moments = Moments(storage)
        self._stores = stores
        self._notes = notes
        self._clock = clock
        self._zone = zone
        self._kept: dict[tuple[StoreIds, int | None], _Kept] = {}
        self._begun: Beginnings | None = None
        self._shops: tuple[str, list[Store]] = "", []

    def edition(self) -> str:
        """A name for what the page would say now: of the file and the minute."""
        return f"{self._storage.edition}-{self._clock.now() // MINUTE_US}"

    async def of(self, store_ids: StoreIds, day: int | None = None) -> Today:
        """The figures of those shops (None: all) on a day, today if None; InvalidParameter."""
        if day is not None and day > self._reports.today():
            detail = f"{Day(day)} is still to come"
            raise InvalidParameter(f"day: {detail}", faults=[Fault("day", "day_ahead", detail)])
        if day == self._reports.today():
            day = None
        kept = self._kept.pop((store_ids, day), None) or _Kept(asyncio.Lock())
        self._kept[store_ids, day] = kept
        while len(self._kept) > _VIEWS_KEPT:
            del self._kept[next(iter(self._kept))]
        async with kept.lock:
            # Named before anything is read: what is found may only be newer than its name.
            edition = self.edition()
            if kept.found is None or kept.edition != edition:
                # In a context of its own: many look at what one of them has asked for.
                kept.found = await asyncio.create_task(self._compute(kept, store_ids, day))
                kept.edition = edition
            return kept.found

    async def beginnings(self) -> Beginnings:
        """What is there for a first report; asked until something has been sold."""
        if self._begun is None or not self._begun.are_made:
            async with self._storage.read() as reading:
                self._begun = await repository.beginnings(reading)
        return self._begun

    async def _compute(self, kept: _Kept, store_ids: StoreIds, given: int | None) -> Today:
        act_as(
            Actor(
                role="reader",
                name="the owner's page",
                stores=None if store_ids is None else frozenset(store_ids),
            )
        )
        day = self._reports.today() if given is None else given
        shops = [
            shop
            for shop in await self.every_shop()
            if store_ids is None or shop.known_id in store_ids
        ]
        clocks = clocks_at(self._clock.now(), self._zone, {str(shop.timezone) for shop in shops})
        if store_ids is not None:
            store_ids = tuple(shop.known_id for shop in shops)
        if store_ids == ():
            return _nothing(
                day, self._reports.today(), None if given is not None else clocks.minute_of(day)
            )
        table = await self._asked.stores(day, store_ids)
        week_before = await self._asked.stores(day - WEEK, store_ids)
        if given is None:
            until = await self._until(kept, clocks, store_ids, week_before)
        else:
            until = Figures(
                columns_of(week_before, "id", "revenue", "receipts"), week_before.totals
            )
        trends = await self._trends(kept, clocks.now_us, day, store_ids)
        minute = None if given is not None else clocks.minute_of(day)
        products = await self._asked.products(day, store_ids)
        return Today(
            day=day,
            present=self._reports.today(),
            minute=minute,
            solid_until=2 * 1_440 if minute is None else clocks.solid_until(day),
            is_one_zone=clocks.is_one_zone,
            revenue=_figure(table, until, "revenue"),
            receipts=_figure(table, until, "receipts"),
            average=_figure(table, until, "average_receipt"),
            hours=await self._asked.hours(day, store_ids),
            shops=_shops(shops, table, until, trends),
            products=products,
            last_day=None if products else await self._asked.last_day_before(day, store_ids),
            notes=await self._notes.notes_of(Period(day, day), store_ids),
            attention=await self._asked.attention(table, store_ids, shops, is_today=given is None),
        )

    async def every_shop(self) -> list[Store]:
        """All the shops there are and were, by name, looked up once an edition of the catalogue."""
        edition = self._stores.edition.name
        if self._shops[0] != edition:
            shops = [
                *await self._stores.list(Listing()),
                *await self._stores.list(Listing(archived=True)),
            ]
            self._shops = edition, sorted(shops, key=by_name)
        return self._shops[1]

    async def _until(
        self, kept: _Kept, clocks: Clocks, store_ids: StoreIds, whole: Table
    ) -> Figures:
        """Last week's day until now: read again when the minute or that day's totals have moved."""
        day = whole.period.first
        name = (day, clocks.now_us, store_ids, whole.totals)
        if kept.until is None or kept.until[0] != name:
            week_us = WEEK * DAY_US
            wall_clocks = {zone: at - week_us for zone, at in clocks.of_zones.items()}
            found = await self._moments.until(day, clocks.now_us - week_us, wall_clocks, store_ids)
            kept.until = name, found
        return kept.until[1]

    async def _trends(
        self, kept: _Kept, now_us: int, day: int, store_ids: StoreIds
    ) -> Mapping[int, tuple[int, ...]]:
        """The revenue of each shop on each of the days before, read once a minute."""
        name = (day, now_us, store_ids)
        if kept.trends is None or kept.trends[0] != name:
            period = Period(day - TREND_DAYS, day - 1)
            found: dict[int, list[int]] = {}
            for store_id, date, revenue in (await self._moments.store_days(period, store_ids)).rows:
                found.setdefault(store_id, [0] * TREND_DAYS)[date - period.first] = revenue
            kept.trends = name, {store_id: tuple(days) for store_id, days in found.items()}
        return kept.trends[1]


def _figure(table: Table, until: Figures, name: str) -> Figure:
    return Figure(table.totals[name], until.totals[name])


def _shops(
    shops: list[Store],
    table: Table,
    until: Figures,
    trends: Mapping[int, tuple[int, ...]],
) -> tuple[ShopToday, ...]:
    """Every shop that is open or sold, the one that earned most first."""
    now = {row[0]: row[1:] for row in columns_of(table, "id", "revenue", "receipts")}
    before = {row[0]: row[1] for row in until.rows}
    found = [
        ShopToday(
            id=shop.known_id,
            name=shop.name or shop.address,
            revenue=Figure(now.get(shop.known_id, (0, 0))[0], before.get(shop.known_id, 0)),
            receipts=now.get(shop.known_id, (0, 0))[1],
            trend=trends.get(shop.known_id, ()),
        )
        for shop in shops
        if not shop.archived or shop.known_id in now
    ]
    return tuple(sorted(found, key=lambda shop: (-shop.revenue.now, shop.id)))


def _nothing(day: int, present: int, minute: int | None) -> Today:
    """What someone sees who may see no shop."""
    zero = Figure(0, 0)
    return Today(
        day=day,
        present=present,
        minute=minute,
        solid_until=0,
        is_one_zone=True,
        revenue=zero,
        receipts=zero,
        average=zero,
        hours=(),
        shops=(),
        products=(),
        attention=Attention(),
    )
