"""A report as an XLSX workbook: numbers as numbers, dates as dates, ready to be read."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from quart_app.reports.models import Column, Table
from quart_app.reports.render import cells, is_figure
from quart_app.reports.shown import Cell
from quart_app.values.calendar import Day
from quart_app.values.money import Currency

_HEADER_ROW = 4
_WIDTHS = {"text": 32, "date": 12, "instant": 24, "money": 16}
_WIDTH = 14


def as_xlsx(table: Table, currency: Currency) -> bytes:
    """One sheet: what it is, its period and completeness on top, then a header that stays, rows.

    A figure is written from its decimal text; up to 15 digits a spreadsheet keeps it exactly.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": False})
    sheet = book.add_worksheet(table.report.name)
    bold = book.add_format({"bold": True})
    formats = [
        book.add_format({"num_format": _format(column, currency)}) for column in table.columns
    ]
    for at, column in enumerate(table.columns):
        width = max(_WIDTHS.get(column.type, _WIDTH), len(column.name) + 2)
        sheet.set_column(at, at, width)
    for row, line in enumerate(_top(table, currency)):
        sheet.write_string(row, 0, line, bold if row == 0 else None)
    for at, column in enumerate(table.columns):
        sheet.write_string(_HEADER_ROW, at, column.name, bold)
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    for row, written in enumerate(cells(table, currency), _HEADER_ROW + 1):
        for at, (column, cell) in enumerate(zip(table.columns, written, strict=True)):
            _write(sheet, (row, at), column, cell, formats[at])
    book.close()
    return out.getvalue()


def _write(sheet: Any, place: tuple[int, int], column: Column, cell: Cell, form: Any) -> None:
    if cell is None:
        return
    if column.type == "date":
        sheet.write_datetime(*place, date.fromisoformat(str(cell)), form)
    elif is_figure(column):
        sheet.write_number(*place, Decimal(cell), form)
    else:
        # Whatever it begins with, it is no formula.
        sheet.write_string(*place, str(cell))


def _format(column: Column, currency: Currency) -> str:
    match column.type:
        case "money":
            return "#,##0" + ("." + "0" * currency.places if currency.places else "")
        case "ratio" | "percent":
            return "0.00"
        case "date":
            return "yyyy-mm-dd"
        case "quantity":
            return "0.###"
        case _:
            return "0" if is_figure(column) else "@"


def _top(table: Table, currency: Currency) -> list[str]:
    lacks = table.completeness
    known = (
        f"held: {lacks.held}",
        f"missing receipts: {lacks.missing_receipts}",
        f"silent tills: {len(lacks.silent_tills)}",
    )
    return [
        f"{table.report.name}: {table.report.answers}",
        f"{Day(table.period.first)} to {Day(table.period.last)}, {currency.code}",
        "; ".join(known),
    ]
