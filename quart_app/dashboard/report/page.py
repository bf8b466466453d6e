"""A report as a page: what the API answers at the same parameters, to be read, sorted and taken."""

from collections.abc import Sequence
from typing import Any

import msgspec

from quart_app.dashboard.report.behind import behind_all, behind_row
from quart_app.dashboard.report.cells import CellWriter
from quart_app.dashboard.report.query import Asked, Part
from quart_app.dashboard.shops import Shops
from quart_app.reports.models import Column, Report, Table
from quart_app.reports.render import cells, is_figure
from quart_app.values.money import Currency

# What names a row; the first of them in a report leads to its receipts.
_NAMES = ("address", "name", "category", "date", "weekday", "tender", "till_id", "promo_code")
_NARROW_COLUMNS = 7


class Figure(msgspec.Struct, frozen=True):
    """A figure as it is shown, and as the API writes it."""

    shown: str
    exact: str | int


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A cell, beside that of the period before, and where its receipts are.

    ``under`` is what else it says, small: the address below a shop's name.
    """

    column: Column
    is_figure: bool
    now: Figure | None
    before: Figure | None = None
    percent: Figure | None = None
    link: str | None = None
    before_link: str | None = None
    under: str | None = None


class Heading(msgspec.Struct, frozen=True):
    """A column's head: its name, and where the rows stand in its order."""

    name: str
    is_figure: bool
    sorted_by_it: str | None
    order: str | None


class ReportPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the template needs of a report's table.

    A report without a key has one row, which is shown as a list of its figures.
    """

    table: Table
    headings: list[Heading]
    rows: list[list[Cell]]
    totals: list[Cell]
    first_row: int
    before: str | None
    after: str | None
    is_list: bool
    is_wide: bool


def report_page(
    table: Table, asked: Asked, part: Part, writer: CellWriter, currency: Currency
) -> ReportPage:
    """A page of a table."""
    report, place = table.report, part.place
    shown = table.rows[place.start - part.skipped : max(part.end - part.skipped, 0)]
    is_last = part.skipped + len(table.rows) <= part.end or part.end >= part.most
    sums = tuple(table.totals.get(column.name) for column in table.columns)
    rows = _rows(table, shown, asked, writer, currency)
    (totals,) = _rows(table, [sums], asked, writer, currency, are_totals=True)
    return ReportPage(
        table=table,
        headings=[_heading(column, asked) for column in report.columns],
        rows=rows,
        totals=totals if report.key and table.totals else [],
        first_row=place.start + 1,
        before=asked.at(place.page - 1) if place.page > 1 else None,
        after=None if is_last else asked.at(place.page + 1),
        is_list=not report.key,
        is_wide=len(report.columns) > _NARROW_COLUMNS and bool(report.key),
    )


def _rows(
    table: Table,
    rows: Sequence[tuple[Any, ...]],
    asked: Asked,
    writer: CellWriter,
    currency: Currency,
    *,
    are_totals: bool = False,
) -> list[list[Cell]]:
    """Rows as cells, each with what it was before beside it."""
    report = table.report
    places = {column.name: at for at, column in enumerate(table.columns)}
    leading = _leading(report.columns)
    found = []
    part = msgspec.structs.replace(table, rows=list(rows))
    for raw, exact in zip(part.rows, cells(part, currency), strict=True):
        now = dict(zip(places, raw, strict=True))
        link, before_link = (
            behind_all(table, asked) if are_totals else behind_row(table, now, asked)
        )

        def figure(
            name: str, now: dict[str, Any] = now, exact: tuple[Any, ...] = exact
        ) -> Figure | None:
            if name not in places or now[name] is None:
                return None
            at = places[name]
            text = writer.text(table.columns[at], now[name], now.get("store_id"))
            if name == _of_shops(report):
                text = writer.shop(now["id"])
            return Figure(text, exact[at])

        found.append(
            [
                Cell(
                    column=column,
                    is_figure=is_figure(column) and column.name not in _READ_AS_TEXT,
                    now=figure(column.name),
                    before=figure(f"{column.name}_before"),
                    percent=figure(f"{column.name}_change_percent"),
                    link=link if column.name == ("revenue" if are_totals else leading) else None,
                    before_link=before_link if column.name == _first_compared(table) else None,
                    under=_under(column, now, figure(column.name), report),
                )
                for column in report.columns
            ]
        )
    return found


def _of_shops(report: Report) -> str | None:
    """The column that is shown as a shop's name."""
    return "address" if report.source == "stores" else None


def goes_by_name(report: Report, sort: str) -> bool:
    """Whether rows are put in an order that is one of shops, which are shown by their names."""
    order = sort or "".join(report.order[:1])
    return order.removeprefix("-") in (_of_shops(report), "store_id")


def by_name(table: Table, shops: Shops, most: int, *, backwards: bool) -> Table:
    """The first rows in the order of their shops' names, and within a shop as they are."""
    at = [column.name in ("id", "store_id") for column in table.columns].index(True)
    places = {store_id: place for place, store_id in enumerate(shops.by_id)}
    rows = sorted(table.rows, key=lambda row: places.get(row[at], len(places)), reverse=backwards)
    return msgspec.structs.replace(table, rows=rows[:most])


def _under(column: Column, row: dict[str, Any], shown: Figure | None, report: Report) -> str | None:
    if column.name != _of_shops(report) or shown is None or shown.shown == row[column.name]:
        return None
    return str(row[column.name])


_READ_AS_TEXT = ("store_id", "weekday", "hour")


def _leading(columns: Sequence[Column]) -> str:
    """The column that leads to the receipts of its row."""
    names = [column.name for column in columns]
    return next((name for name in _NAMES if name in names), names[0])


def _first_compared(table: Table) -> str | None:
    names = [column.name for column in table.columns]
    return next(
        (column.name for column in table.report.columns if f"{column.name}_before" in names), None
    )


def _heading(column: Column, asked: Asked) -> Heading:
    """The head of a column; the rows of some reports can be put in its order, either way."""
    report = asked.report
    figure = is_figure(column) and column.name not in _READ_AS_TEXT
    if "sort" not in report.question.__struct_encode_fields__:
        return Heading(column.name, figure, None, None)
    given = dict(asked.items)
    own = "-revenue" if given.get("by") == "revenue" else "".join(report.order[:1])
    now = given.get("sort") or own
    largest = f"-{column.name}"
    if now == largest:
        order, then = "descending", column.name
    elif now == column.name:
        order, then = "ascending", largest
    else:
        order, then = None, largest if is_figure(column) else column.name
    return Heading(column.name, figure, asked.having(sort=then), order)
