"""Answers the questions of owners: which days, which stores, and the figures."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from quart_app.clock import Clock
from quart_app.database.storage import Storage
from quart_app.database.transaction import Reading
from quart_app.errors import Fault, InvalidParameter, NotFound
from quart_app.reports.comparing import (
    columns_with_changes,
    earlier,
    goes_by_place,
    in_order,
    with_changes,
)
from quart_app.reports.completeness import completeness_of, lacking_in, lacking_values
from quart_app.reports.explaining import ExplainQuestion, Explanation, explain
from quart_app.reports.models import Figures, Question, Report, Table, TopProductsQuestion
from quart_app.reports.parameters import Values, order_of, values_of
from quart_app.reports.periods import period_of
from quart_app.reports.registry import REPORTS
from quart_app.reports.repository import figures, figures_of, has_sum
from quart_app.reports.shares import with_shares
from quart_app.stores.service import Stores
from quart_app.values.calendar import MinuteOfDay, Period, local_time, zone_named
from quart_app.values.instant import Instant

_QUARTER_US = 15 * 60_000_000


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

    def edition(self) -> str:
        """A name for what reports would say now: of the file, the day and the quarter of an hour.

        What a till has not sent "by this hour" changes with the time; zones are quarters apart.
        """
        quarter = self._clock.now() // _QUARTER_US
        return f"{self._storage.edition}-{self.today()}-{quarter}"

    async def require(self, report: Report, question: Question) -> None:
        """InvalidParameter for a question that cannot be answered."""
        period_of(question, self.today())
        order_of(report, question)
        async with self._storage.read() as reading:
            await self._require_stores(reading, question.store_id)

    async def answer(
        self, report: Report, question: Question, *, skip: int = 0, with_ranking: bool = False
    ) -> Table:
        """The figures as they stand, or stood; InvalidParameter or TooSlow.

        ``skip`` rows are on the pages before; days, which have counterparts by their place, have
        none. A report of shares so far has a ranking ``with_ranking``.
        """
        now = self._clock.now()
        today = self.today()
        period = period_of(question, today)
        # Looked up first: a reader is not asked for while one is held.
        todays = {zone: self._today(zone_named(zone)) for zone in await self._stores.zones()}
        hour = Instant(now - now % _QUARTER_US)
        order = order_of(report, question)
        basis = getattr(question, "compare", None)
        before = None if basis is None else earlier(question, period, basis, today)
        values = values_of(report, question, period) | lacking_values(todays, hour)
        values["skip"] = skip
        if with_ranking and has_sum(report):
            values["ranking"] = True
        # One statement sees one moment; two need to be told to.
        async with self._storage.read(snapshot=before is not None) as reading:
            await self._require_stores(reading, question.store_id)
            found = with_shares(
                report, await figures(reading, report, *_first_asked(report, values, order))
            )
            if before is not None:
                found = with_changes(
                    report, found, await _counterparts(reading, report, question, before, found)
                )
        rows = found.rows
        if goes_by_place(report) and order != report.order:
            rows = in_order(report, rows, order[0])[: values["limit"]]
        return Table(
            report=report,
            columns=report.columns if before is None else columns_with_changes(report),
            period=period,
            compared_with=before,
            as_of_us=getattr(question, "as_of", None),
            generated_at_us=now,
            rows=rows,
            totals=_that_add_up(question, found.totals),
            completeness=completeness_of(found.lacking),
            ranking=found.ranking,
        )

    async def silent_today(self) -> int:
        """How many tills are silent today, by this hour."""
        now = self._clock.now()
        today = self.today()
        todays = {zone: self._today(zone_named(zone)) for zone in await self._stores.zones()}
        hour = Instant(now - now % _QUARTER_US)
        async with self._storage.read() as reading:
            lacking = await lacking_in(reading, Period(today, today), todays, hour)
        return len(lacking.silent_tills)

    async def explain(self, report: Report, question: ExplainQuestion) -> Explanation:
        """The receipts behind one row of a report, a page; InvalidParameter or TooSlow."""
        async with self._storage.read() as reading:
            await self._require_stores(reading, question.store_id)
        return await explain(self._storage, report, question, period_of(question, self.today()))

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


def _first_asked(
    report: Report, values: Values, order: tuple[str, ...]
) -> tuple[Values, tuple[str, ...]]:
    """How the rows are read; days are put in another order when they have their counterparts."""
    if goes_by_place(report) and order != report.order:
        return {**values, "limit": -1}, report.order
    return values, order


async def _counterparts(
    reading: Reading, report: Report, question: Question, before: Period, found: Figures
) -> Figures:
    """The figures of the same things in the period before."""
    values = values_of(report, question, before) | {"limit": -1}
    values["product_ids"] = json.dumps([row[0] for row in found.rows])
    return await figures_of(reading, report, values)


def _that_add_up(question: Question, totals: dict[str, Any]) -> dict[str, Any]:
    """Pieces and kilograms have no sum."""
    if isinstance(question, TopProductsQuestion) and question.one_unit is None:
        return {name: sum_ for name, sum_ in totals.items() if not name.startswith("quantity")}
    return totals
