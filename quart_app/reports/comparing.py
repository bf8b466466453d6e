"""Beside an earlier period: which one, and what has changed since."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from quart_app.reports.measures import MEASURES
from quart_app.reports.models import Basis, Column, Figures, Question, Report
from quart_app.values.calendar import Period, from_day, month_period, to_day
from quart_app.values.rounding import half_up

_SUFFIXES = ("before", "change", "change_percent")


def earlier(question: Question, period: Period, basis: Basis, today: int) -> Period:
    """The period that another one is compared with, aligned where that one is still running.

    *previous* is the day, week, month or year before a named period, and as many days just before
    for from and to. *year* is the same dates a year earlier, 28 February for the 29th. Of a period
    that goes on after today the days up to today are compared with as many.
    """
    running = period.first <= today <= period.last
    until = today if running else period.last
    if basis == "year":
        return Period(_months_before(period.first, 12), _months_before(until, 12))
    if question.first is not None:
        length = period.last - period.first + 1
        return Period(period.first - length, until - length)
    match question.period:
        case "today" | "yesterday":
            return Period(period.first - 1, period.last - 1)
        case "this-week" | "last-week":
            return Period(period.first - 7, period.last - 7)
        case "this-year":
            return Period(_months_before(period.first, 12), _months_before(until, 12))
        case _:
            month = month_period(period.first - 1)
            return Period(month.first, _months_before(until, 1) if running else month.last)


def _months_before(day: int, months: int) -> int:
    """The same day of an earlier month, or that month's last where it is shorter."""
    at = from_day(day)
    month = at.year * 12 + at.month - 1 - months
    first = to_day(date(month // 12, month % 12 + 1, 1))
    return min(first + at.day - 1, month_period(first).last)


def columns_with_changes(report: Report) -> tuple[Column, ...]:
    """The report's columns and, for each measure x, x_before, x_change and x_change_percent."""
    added = []
    for column in report.columns:
        if column.name in MEASURES:
            before, change, percent = (f"{column.name}_{suffix}" for suffix in _SUFFIXES)
            added += [
                Column(before, column.type, column.unit),
                Column(change, column.type, column.unit),
                Column(percent, "percent", "%"),
            ]
    return report.columns + tuple(added)


def changes(now: Any, before: Any) -> tuple[Any, Any, Any]:
    """Before, the change and the change in hundredths of a percent, None from nothing."""
    if before is None:
        return None, None, None
    change = now - before
    return before, change, half_up(10_000 * change, abs(before)) if before else None


def row_key(report: Report, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """What tells a row of a report from its others."""
    names = [column.name for column in report.columns]
    return tuple(row[names.index(name)] for name in report.key)


def goes_by_place(report: Report) -> bool:
    """Whether a row's counterpart is the one in the same place: the first day beside the first."""
    return report.key == ("date",)


def in_order(report: Report, rows: Iterable[tuple[Any, ...]], order: str) -> list[tuple[Any, ...]]:
    """Rows by a column, or -column for the largest first; ties to the first day."""
    at = [column.name for column in report.columns].index(order.removeprefix("-"))
    by_day = sorted(rows, key=lambda row: row[0])
    return sorted(
        by_day, key=lambda row: (row[at] is not None, row[at]), reverse=order.startswith("-")
    )


def with_changes(report: Report, now: Figures, before: Figures) -> Figures:
    """The rows of now with what their counterparts had; days go by their place in the period."""
    measured = [i for i, column in enumerate(report.columns) if column.name in MEASURES]
    by_place = goes_by_place(report)
    then = {
        i if by_place else row_key(report, row): row
        for i, row in enumerate(map(tuple, before.rows))
    }
    rows = []
    for i, row in enumerate(map(tuple, now.rows)):
        counterpart = then.get(i if by_place else row_key(report, row))
        # A day past the end of a shorter month has no counterpart; a shop that sold nothing has.
        missing = None if by_place else 0
        added = (
            changes(row[at], missing if counterpart is None else counterpart[at]) for at in measured
        )
        rows.append(row + tuple(cell for cells in added for cell in cells))
    totals = dict(now.totals)
    for name, total in now.totals.items():
        cells = changes(total, before.totals[name])
        totals |= {f"{name}_{suffix}": cell for suffix, cell in zip(_SUFFIXES, cells, strict=True)}
    return msgspec.structs.replace(now, rows=rows, totals=totals)
