"""Checks every figure that is kept against the receipts, a month at a time."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from quart_app.checking import recount_repository as recount
from quart_app.checking import tills_repository as tills_kept
from quart_app.checking import totals_repository as totals
from quart_app.checking.models import Difference, Findings, Kept
from quart_app.database.steps import Row
from quart_app.database.transaction import Reading
from quart_app.values.calendar import Day, Period, month_of, month_period
from quart_app.values.money import Currency

Progress = Callable[[int, int], None]
MAX_DIFFERENCES = 1_000
"""Differences that are named; a check that finds so many looks no further."""


class Checked(Protocol):
    """What is checked: the database that is served, or a copy of it."""

    def read_apart(self) -> AbstractAsyncContextManager[Reading]:
        """One instant of it, for as long as it takes."""
        ...


class Checking:
    """Does every figure add up from the receipts?"""

    def __init__(self, storage: Checked, currency: Currency) -> None:
        self._storage = storage
        self._currency = currency

    async def check(self, told: Progress = lambda *_: None) -> Findings:
        """All of it as it stood at one instant; ``told`` is told the months done and to do."""
        async with self._storage.read_apart() as reading:
            months = list(_months(await totals.extent(reading)))
            found: list[Difference] = [
                Difference("the file", "", text, "") for text in await totals.broken_pages(reading)
            ]
            tills = await tills_kept.tills_kept(reading)
            receipts = lines = 0
            for done, month in enumerate(months):
                told(done, len(months))
                counted, lines_counted = await totals.counts(reading, month)
                receipts, lines = receipts + counted, lines + lines_counted
                found += await self._of_month(reading, month)
                tills |= await tills_kept.tills_heard_of(reading, month)
                if len(found) >= MAX_DIFFERENCES:
                    break
            for till in sorted(tills):
                kept = set(await tills_kept.numbers_kept(reading, till))
                here = set(await tills_kept.numbers_counted(reading, till))
                if kept != here:
                    where = f"store_id {till.store_id}, till_id {till.till_id!r}"
                    where += f", series {till.series!r}"
                    found.append(
                        Difference("numbers of a till", where, _ranges(kept), _ranges(here))
                    )
            told(len(months), len(months))
        return Findings(receipts, lines, tuple(found[:MAX_DIFFERENCES]))

    async def _of_month(self, reading: Reading, month: Period) -> list[Difference]:
        found = []
        for receipt_id, *sums in await totals.wrong_receipts(reading, month):
            names = ("gross_minor", "discount_minor", "amount_minor", "tax_minor", "line_count")
            found += self._sums("receipt", receipt_id, names, sums[::2], sums[1::2])
        for kept in recount.DAYS:
            found += self._named(kept, *await totals.different(reading, kept, month, month))
        number = month_of(month.first)
        for kept in recount.MONTHS:
            dates = Period(number, number)
            found += self._named(kept, *await totals.different(reading, kept, month, dates))
        return found

    def _named(self, kept: Kept, wrong: list[Row], right: list[Row]) -> Iterator[Difference]:
        width = len(kept.key)
        are = {row[:width]: row[width:] for row in wrong}
        should_be = {row[:width]: row[width:] for row in right}
        for key in sorted(are.keys() | should_be.keys()):
            where = ", ".join(
                f"{name} {_shown_key(name, value)}"
                for name, value in zip(kept.key, key, strict=True)
            )
            if key in are and key in should_be:
                yield from self._sums(kept.table, where, kept.sums, are[key], should_be[key])
            else:
                one, other = ("a row", "none") if key in are else ("no row", "one")
                yield Difference(kept.table, where, one, other)

    def _sums(
        self, what: str, where: str, names: tuple[str, ...], are: Any, should_be: Any
    ) -> list[Difference]:
        return [
            Difference(
                f"{what}: {name}", where, self._shown(name, kept), self._shown(name, counted)
            )
            for name, kept, counted in zip(names, are, should_be, strict=True)
            if kept != counted
        ]

    def _shown(self, name: str, value: Any) -> str:
        return self._currency.format(value) if name.endswith("_minor") else str(value)


def _months(whole: Period) -> Iterator[Period]:
    day = whole.first
    while day <= whole.last:
        month = month_period(day)
        yield month
        day = month.last + 1


def _shown_key(name: str, value: Any) -> str:
    if name == "business_date":
        return str(Day(value))
    return f"{value // 100}-{value % 100:02d}" if name == "business_month" else repr(value)


def _ranges(rows: set[Row]) -> str:
    return ", ".join(f"{first}-{last}" for first, last in sorted(rows, key=str)) or "none"
