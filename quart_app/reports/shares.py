"""Columns that compare rows with the whole: shares, and the classes A, B and C."""

from typing import Any

from quart_app.reports.models import Column, Figures, Report
from quart_app.values.rounding import half_up

SHARE = Column("share_percent", "percent", "%")
CUMULATIVE = Column("cumulative_percent", "percent", "%")
CLASS = Column("class", "text")
SHARES = {column.name: column for column in (SHARE, CUMULATIVE, CLASS)}
_A_PERCENT, _B_PERCENT = 80, 95


def percent(part: int, whole: int) -> int | None:
    """Hundredths of a percent, rounded half up; None of nothing, or of less than nothing."""
    return half_up(10_000 * part, whole) if whole > 0 else None


def with_shares(report: Report, found: Figures) -> Figures:
    """The rows with the shares that the report has.

    They are the share of the revenue, that of all rows so far, and a class: a product is A while
    the share before it is below 80 %, B below 95 %, C from there on.
    """
    names = [column.name for column in report.columns if column.name not in SHARES]
    at, whole = names.index("revenue"), found.totals["revenue"]
    rows, before = [], 0
    for row in found.rows:
        revenue = row[at]
        of_row = {
            SHARE.name: percent(revenue, whole),
            CUMULATIVE.name: percent(before + revenue, whole),
            CLASS.name: _class(before, whole),
        }
        cells = dict(zip(names, row, strict=True)) | of_row
        rows.append(tuple(cells[column.name] for column in report.columns))
        before += revenue
    return Figures(rows, found.totals)


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
