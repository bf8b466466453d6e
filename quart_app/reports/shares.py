"""Columns that compare rows with the whole: shares, and the classes A, B and C."""

from collections.abc import Iterable

import msgspec

from quart_app.reports.models import Column, Figures, Report
from quart_app.reports.rows import Rows, columns_of
from quart_app.values.rounding import half_up

SHARE = Column("share_percent", "percent", "%")
CUMULATIVE = Column("cumulative_percent", "percent", "%")
CLASS = Column("class", "text")
_SO_FAR = "so far"
SHARES = {column.name: column for column in (SHARE, CUMULATIVE, CLASS)}
A_PERCENT, B_PERCENT = 80, 95
"""A product is A while the share before it is below the one, B below the other, C from there on."""


def percents(parts: Iterable[int], whole: int) -> list[int | None]:
    """Hundredths of a percent, rounded half up; None of nothing, or of less than nothing."""
    if whole <= 0:
        return [None for _ in parts]
    twice = 2 * whole
    # As half_up does it, of which a report of a thousand rows asks a thousand times.
    return [
        (20_000 * part + whole) // twice if part >= 0 else half_up(10_000 * part, whole)
        for part in parts
    ]


def with_shares(report: Report, found: Figures) -> Figures:
    """The rows with the shares that the report has.

    They are the share of the revenue, that of all rows so far, and a class. Where the report has
    the second, what the rows so far add up to comes in the last cell of each.
    """
    names = [column.name for column in report.columns]
    if SHARE.name not in names:
        return found
    read = [name for name in names if name not in SHARES]
    has_sum = CUMULATIVE.name in names
    if has_sum:
        read.append(_SO_FAR)
    columns = dict(zip(read, columns_of(found.rows, len(read)), strict=True))
    revenues, whole = columns["revenue"], found.totals["revenue"]
    columns[SHARE.name] = percents(revenues, whole)
    if has_sum:
        so_far = columns[_SO_FAR]
        columns[CUMULATIVE.name] = percents(so_far, whole)
        columns[CLASS.name] = [
            _class(sum_ - revenue, whole) for sum_, revenue in zip(so_far, revenues, strict=True)
        ]
    return msgspec.structs.replace(found, rows=Rows([columns[name] for name in names]))


def _class(before: int, whole: int) -> str:
    if 100 * before < A_PERCENT * whole:
        return "A"
    return "B" if 100 * before < B_PERCENT * whole else "C"
