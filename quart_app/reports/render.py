"""A report's rows as JSON or CSV: the same cells in each."""

import csv
import io
from collections.abc import Callable
from typing import Any

from quart_app.reports.models import ColumnType, Report, Table
from quart_app.values.calendar import Day
from quart_app.values.instant import format_instant
from quart_app.values.money import Currency
from quart_app.values.quantity import format_quantity

Cell = str | int
# What a spreadsheet takes for a formula when a cell begins with it.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def listing(reports: dict[str, Report]) -> list[dict[str, Any]]:
    """The reports there are, each with its question, parameters and columns."""
    return [
        {
            "name": report.name,
            "answers": report.answers,
            "parameters": report.question.__struct_encode_fields__,
            "columns": report.columns,
        }
        for report in reports.values()
    ]


def as_json(table: Table, currency: Currency) -> dict[str, Any]:
    """The envelope with its rows."""
    names = [column.name for column in table.report.columns]
    types = {column.name: column.type for column in table.report.columns}
    return {
        "report": table.report.name,
        "period": {"from": str(Day(table.period.first)), "to": str(Day(table.period.last))},
        "currency": currency.code,
        "generated_at": format_instant(table.generated_at_us),
        "completeness": table.completeness,
        "rows": [dict(zip(names, cells, strict=True)) for cells in _cells(table, currency)],
        "totals": {
            name: _writer(types[name], currency)(sum_) for name, sum_ in table.totals.items()
        },
    }


def as_csv(table: Table, currency: Currency) -> str:
    """The rows under a header (RFC 4180); text that a spreadsheet would run is made harmless."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(column.name for column in table.report.columns)
    texts = [column.type == "text" for column in table.report.columns]
    for cells in _cells(table, currency):
        writer.writerow(
            f"'{cell}" if is_text and str(cell).lstrip().startswith(_FORMULA) else cell
            for cell, is_text in zip(cells, texts, strict=True)
        )
    return out.getvalue()


def file_name(table: Table, extension: str) -> str:
    """A name that says the report and its period."""
    return f"{table.report.name}_{Day(table.period.first)}_{Day(table.period.last)}.{extension}"


def _cells(table: Table, currency: Currency) -> list[list[Cell]]:
    writers = [_writer(column.type, currency) for column in table.report.columns]
    return [[write(cell) for write, cell in zip(writers, row, strict=True)] for row in table.rows]


def _writer(kind: ColumnType, currency: Currency) -> Callable[[Any], Cell]:
    match kind:
        case "money":
            return currency.format
        case "quantity":
            return format_quantity
        case "text":
            return str
        case "id" | "count":
            return int
