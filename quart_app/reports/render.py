"""A report's rows as JSON or CSV: the same cells in each."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import UNSET

from quart_app.reports.explain_repository import Part
from quart_app.reports.explaining import Explanation
from quart_app.reports.models import Column, ColumnType, Report, Table
from quart_app.reports.shown import (
    Cell,
    Days,
    Envelope,
    ListedReport,
    ShownExplanation,
    ShownParts,
    ShownReceipt,
)
from quart_app.values.calendar import Day
from quart_app.values.decimals import unscaled
from quart_app.values.instant import format_instant
from quart_app.values.money import Currency
from quart_app.values.quantity import format_quantity

# What a spreadsheet takes for a formula when a cell begins with it.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BYTE_ORDER_MARK = "\ufeff"


def listing(reports: dict[str, Report]) -> list[ListedReport]:
    """The reports there are, each with its question, parameters and columns."""
    return [
        ListedReport(
            report.name, report.answers, report.question.__struct_encode_fields__, report.columns
        )
        for report in reports.values()
    ]


def as_json(table: Table, currency: Currency) -> Envelope:
    """The envelope with its rows."""
    names = [column.name for column in table.columns]
    columns = {column.name: column for column in table.columns}
    before, as_of = table.compared_with, table.as_of_us
    return Envelope(
        report=table.report.name,
        period=_days(table.period),
        currency=currency.code,
        generated_at=format_instant(table.generated_at_us),
        completeness=table.completeness,
        rows=[dict(zip(names, row, strict=True)) for row in cells(table, currency)],
        totals={
            name: _writer(columns[name].type, currency)(sum_) for name, sum_ in table.totals.items()
        },
        compared_with=UNSET if before is None else _days(before),
        as_of=UNSET if as_of is None else format_instant(as_of),
    )


def explained_as_json(explanation: Explanation, currency: Currency) -> ShownExplanation:
    """The receipts behind a figure, and what they add up to."""
    whole = explanation.totals
    return ShownExplanation(
        report=explanation.report.name,
        row={
            name: str(value) if name == "date" else value for name, value in explanation.row.items()
        },
        period=_days(explanation.period),
        currency=currency.code,
        receipts=[
            ShownReceipt(
                receipt_id=one.receipt_id,
                type=one.type,
                store_id=one.store_id,
                till_id=one.till_id,
                business_date=str(Day(one.business_date)),
                occurred_at=format_instant(one.occurred_at_us, one.utc_offset_s),
                **_part(one.part, currency),
            )
            for one in explanation.receipts
        ],
        totals=ShownParts(
            **_part(whole, currency),
            receipts=whole.receipts,
            return_receipts=whole.return_receipts,
        ),
    )


def _part(part: Part, currency: Currency) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "gross": currency.format(part.gross_minor),
        "discounts": currency.format(part.discount_minor),
        "returns": currency.format(part.returns_minor),
        "revenue": currency.format(part.gross_minor - part.discount_minor - part.returns_minor),
    }
    if part.quantity_milli is not None:
        shown["quantity"] = format_quantity(part.quantity_milli)
    if part.amount_minor is not None:
        shown["amount"] = currency.format(part.amount_minor)
    return shown


def as_csv(table: Table, currency: Currency, *, semicolons: bool, bom: bool) -> str:
    """The rows under a header (RFC 4180); text that a spreadsheet would run is made harmless."""
    out = io.StringIO(newline="")
    out.write(_BYTE_ORDER_MARK if bom else "")
    writer = csv.writer(out, delimiter=";" if semicolons else ",")
    writer.writerow(column.name for column in table.columns)
    texts = [column.type == "text" for column in table.columns]
    for row in cells(table, currency):
        writer.writerow(
            f"'{cell}" if is_text and str(cell).lstrip().startswith(_FORMULA) else cell
            for cell, is_text in zip(row, texts, strict=True)
        )
    return out.getvalue()


def file_name(table: Table, extension: str) -> str:
    """A name that says the report and its period."""
    return f"{table.report.name}_{Day(table.period.first)}_{Day(table.period.last)}.{extension}"


def cells(table: Table, currency: Currency) -> Iterator[list[Cell]]:
    """Each row as it is written: figures as decimal text, counts and ids as numbers."""
    writers = [_writer(column.type, currency) for column in table.columns]
    for row in table.rows:
        yield [write(cell) for write, cell in zip(writers, row, strict=True)]


def is_figure(column: Column) -> bool:
    """Whether a column's cells are numbers."""
    return column.type not in ("text", "date", "instant")


def _days(period: tuple[int, int]) -> Days:
    return Days(str(Day(period[0])), str(Day(period[1])))


def _writer(kind: ColumnType, currency: Currency) -> Callable[[Any], Cell]:
    write = _writer_of_some(kind, currency)
    return lambda cell: None if cell is None else write(cell)


def _writer_of_some(kind: ColumnType, currency: Currency) -> Callable[[Any], Cell]:
    match kind:
        case "money":
            return currency.format
        case "quantity":
            return format_quantity
        case "ratio" | "percent":
            return _hundredths
        case "date":
            return lambda day: str(Day(day))
        case "instant":
            return format_instant
        case "text":
            return str
        case "id" | "count":
            return int


def _hundredths(figure: int) -> str:
    return unscaled(figure, 2)
