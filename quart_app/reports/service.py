"""Answers the questions of owners: which days, which stores, and the figures."""

from zoneinfo import ZoneInfo

from quart_app.clock import Clock
from quart_app.database.storage import Storage
from quart_app.database.transaction import Reading, Row
from quart_app.errors import Fault, InvalidParameter, NotFound
from quart_app.reports import repository
from quart_app.reports.completeness import in_all, lacking_by_store
from quart_app.reports.models import Question, Report, Table, TopProductsQuestion
from quart_app.reports.periods import period_of
from quart_app.reports.registry import REPORTS
from quart_app.stores.service import Stores
from quart_app.values.calendar import MinuteOfDay, Period, local_time, zone_named


class Reports:
    """Every report of the registry."""

    def __init__(
        self,
        storage: Storage,
        stores: Stores,
        *,
        clock: Clock,
        zone: ZoneInfo,
        day_start: MinuteOfDay,
    ) -> None:
        self._storage = storage
        self._stores = stores
        self._clock = clock
        self._zone = zone
        self._day_start = day_start

    def named(self, name: str) -> Report:
        """A report of the registry; NotFound."""
        if name not in REPORTS:
            raise NotFound(
                f"there is no report {name[:40]!r}; there are {', '.join(REPORTS)}",
                code="report_not_found",
            )
        return REPORTS[name]

    def today(self) -> int:
        """The business date that "today" means for the chain."""
        return self._today(self._zone)

    def _today(self, zone: ZoneInfo) -> int:
        return local_time(self._clock.now(), zone, self._day_start).business_date

    async def answer(self, report: Report, question: Question) -> Table:
        """The figures as they stand; InvalidParameter or TooSlow."""
        now = self._clock.now()
        period = period_of(question, self.today())
        # Looked up first: a reader is not asked for while one is held.
        todays = {zone: self._today(zone_named(zone)) for zone in await self._stores.zones()}
        async with self._storage.read() as reading:
            await self._require_stores(reading, question.store_id)
            rows = await _rows(reading, question, period)
            lacking = await lacking_by_store(reading, period, question.store_id, todays, now)
        width = len(report.columns)
        sums = rows[0][width:] if rows else [0] * len(report.totals)
        totals = dict(zip(report.totals, sums, strict=True))
        if isinstance(question, TopProductsQuestion) and _unit(question) is None:
            # Pieces and kilograms have no sum.
            del totals["quantity"]
        return Table(
            report=report,
            period=period,
            generated_at_us=now,
            rows=[row[:width] for row in rows],
            totals=totals,
            completeness=in_all(lacking.values()),
        )

    async def _require_stores(self, reading: Reading, store_ids: tuple[int, ...]) -> None:
        if not store_ids:
            return
        known = await self._stores.repository.by_ids(reading, store_ids)
        for store_id in store_ids:
            if store_id not in known:
                raise InvalidParameter(
                    f"store_id: there is no store {store_id}",
                    faults=[Fault("store_id", "unknown_store", f"there is no store {store_id}")],
                )


async def _rows(reading: Reading, question: Question, period: Period) -> list[Row]:
    if isinstance(question, TopProductsQuestion):
        return await repository.top_products(
            reading,
            period,
            question.store_id,
            question.limit,
            by=question.by,
            unit=_unit(question),
        )
    return await repository.top_stores(reading, period, question.store_id, question.limit)


def _unit(question: TopProductsQuestion) -> str | None:
    """The one unit that is asked about, pieces where quantities are compared; None for all."""
    return question.unit or ("pcs" if question.by == "quantity" else None)
