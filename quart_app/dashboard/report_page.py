"""A report as a page: what the API answers at the same parameters, to be read, sorted and taken."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlencode

import msgspec

from quart_app.reports.models import Column, Table
from quart_app.reports.render import cells, is_figure
from quart_app.values.calendar import Day
from quart_app.values.money import Currency

MOST_ROWS = 200
"""Rows of a page; a file has them all."""
PERIODS = (
    "today",
    "yesterday",
    "this-week",
    "last-week",
    "this-month",
    "last-month",
    "this-year",
)
_NAMES_OF_PERIODS = frozenset(("month", "from", "to", "period"))

Query = Sequence[tuple[str, str]]


class Words(Protocol):
    """A language, as far as tables speak."""

    def cell(self, kind: str, figure: Any) -> str:
        """A cell of a column of that type."""
        ...


class Cell(msgspec.Struct, frozen=True):
    """A cell as it is shown, and as the API writes it."""

    shown: str
    exact: str | int | None
    is_figure: bool


class Heading(msgspec.Struct, frozen=True):
    """A column's head: its name, and where the rows stand in its order."""

    name: str
    is_figure: bool
    sorted_by_it: str | None
    order: str | None


class ReportPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the template needs of a report."""

    table: Table
    headings: list[Heading]
    rows: list[list[Cell]]
    totals: list[Cell | None]
    is_cut: bool
    files: Mapping[str, str]
    first: str
    last: str
    kept: Query
    """The parameters beside the period."""


def report_page(table: Table, query: Query, currency: Currency, words: Words) -> ReportPage:
    """The page of a table that was asked for by a query."""
    shown = msgspec.structs.replace(table, rows=table.rows[:MOST_ROWS])
    rows = [
        [
            Cell(words.cell(column.type, raw), exact, is_figure(column))
            for column, raw, exact in zip(table.columns, row, written, strict=True)
        ]
        for row, written in zip(shown.rows, cells(shown, currency), strict=True)
    ]
    sums = tuple(table.totals.get(column.name) for column in table.columns)
    of_totals = msgspec.structs.replace(table, rows=[sums])
    exact_sums = next(cells(of_totals, currency))
    address = f"/api/v1/reports/{table.report.name}"
    unformed = [(name, text) for name, text in query if name not in ("format", "lang", "limit")]
    return ReportPage(
        table=table,
        headings=[_heading(table, column, query) for column in table.columns],
        rows=rows,
        totals=[
            None if sum_ is None else Cell(words.cell(column.type, sum_), exact, True)
            for column, sum_, exact in zip(table.columns, sums, exact_sums, strict=True)
        ],
        is_cut=len(table.rows) > MOST_ROWS,
        files={
            form: f"{address}?{urlencode([*unformed, ('format', form)])}"
            for form in ("csv", "xlsx", "json")
        },
        first=str(Day(table.period.first)),
        last=str(Day(table.period.last)),
        kept=[(name, text) for name, text in unformed if name not in _NAMES_OF_PERIODS],
    )


def _heading(table: Table, column: Column, query: Query) -> Heading:
    """The head of a column; the rows of some reports can be put in its order, either way."""
    of_report = table.report.column(column.name) is not None
    if "sort" not in table.report.question.__struct_encode_fields__ or not of_report:
        return Heading(column.name, is_figure(column), None, None)
    now = dict(query).get("sort") or (table.report.order[0] if table.report.order else "")
    largest = f"-{column.name}"
    ascending_first = not is_figure(column)
    if now == largest:
        order, then = "descending", column.name
    elif now == column.name:
        order, then = "ascending", largest
    else:
        order, then = None, column.name if ascending_first else largest
    others = [(name, text) for name, text in query if name != "sort"]
    return Heading(
        column.name, is_figure(column), f"?{urlencode([*others, ('sort', then)])}", order
    )
