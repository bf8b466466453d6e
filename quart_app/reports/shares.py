"""Columns that compare rows with the whole: shares, and the classes A, B and C."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from quart_app.reports.models import Column, Figures, Report
from quart_app.values.rounding import half_up

SHARE = Column("share_percent", "percent", "%")
CUMULATIVE = Column("cumulative_percent", "percent", "%")
CLASS = Column("class", "text")
SHARES = {column.name: column for column in (SHARE, CUMULATIVE, CLASS)}
_A_PERCENT, _B_PERCENT = 80, 95


def _percents(parts: Iterable[int], whole: int) -> list[int | None]:
    """Hundredths of a percent, rounded half up; None of nothing, or of less than nothing."""
    if whole <= 0:
        return [None for _ in parts]
    return [half_up(10_000 * part, whole) for part in parts]


def with_shares(report: Report, found: Figures) -> Figures:
    """The rows with the shares that the report has.

    They are the share of the revenue, that of all rows so far, and a class: a product is A while
    the share before it is below 80 %, B below 95 %, C from there on.
    """
    if not found.rows:
        return found
    names = [column.name for column in report.columns]
    read = [name for name in names if name not in SHARES]
    columns: dict[str, Sequence[Any]] = dict(zip(read, zip(*found.rows, strict=True), strict=True))
    revenues, whole = columns["revenue"], found.totals["revenue"]
    columns[SHARE.name] = _percents(revenues, whole)
    if CUMULATIVE.name in names:
        so_far = list(accumulate(revenues))
        columns[CUMULATIVE.name] = _percents(so_far, whole)
        columns[CLASS.name] = [
            _class(sum_ - revenue, whole) for sum_, revenue in zip(so_far, revenues, strict=True)
        ]
    rows = list(zip(*(columns[name] for name in names), strict=True))
    return Figures(rows, found.totals, found.lacking)


def in_order(report: Report, rows: list[tuple[Any, ...]], order: str) -> list[tuple[Any, ...]]:
    """Rows by a column, or -column for the largest first; ties to the smaller id, the first."""
    at = [column.name for column in report.columns].index(order.removeprefix("-"))
    by_id = sorted(rows, key=lambda row: row[0])
    return sorted(
        by_id, key=lambda row: (row[at] is not None, row[at]), reverse=order.startswith("-")
    )


def _class(before: int, whole: int) -> str:
    if 100 * before < _A_PERCENT * whole:
        return "A"
    return "B" if 100 * before < _B_PERCENT * whole else "C"
