"""A report's rows as JSON or CSV: the same cells in each."""

import csv
import io
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET

from quart_app.reports.explain_repository import Part
from quart_app.reports.explaining import Explanation
from quart_app.reports.models import Column, ColumnType, Report, Table
from quart_app.reports.rows import columns_of
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
from quart_app.values.decimals import all_unscaled
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
    kinds = {column.name: column.type for column in table.columns}
    before, as_of = table.compared_with, table.as_of_us
    # A struct is written as the object that it is described as.
    rows: list[Any] = list(map(_row_of(tuple(kinds)), *_columns(table, currency)))
    return Envelope(
        report=table.report.name,
        period=_days(table.period),
        currency=currency.code,
        generated_at=format_instant(table.generated_at_us),
        completeness=table.completeness,
        rows=rows,
        totals={
            name: _written(kinds[name], [sum_], currency)[0] for name, sum_ in table.totals.items()
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


def cells(table: Table, currency: Currency) -> Iterator[tuple[Cell, ...]]:
    """Each row as it is written: figures as decimal text, counts and ids as numbers."""
    return zip(*_columns(table, currency), strict=True)


def is_figure(column: Column) -> bool:
    """Whether a column's cells are numbers."""
    return column.type not in ("text", "date", "instant")


def _days(period: tuple[int, int]) -> Days:
    return Days(str(Day(period[0])), str(Day(period[1])))


@lru_cache(maxsize=256)
def _row_of(names: tuple[str, ...]) -> type[msgspec.Struct]:
    """A type whose members are a row's, which is made and written faster than a dictionary."""
    members = [(f"c{i}", Any) for i in range(len(names))]
    renamed = {f"c{i}": name for i, name in enumerate(names)}
    return msgspec.defstruct("Row", members, rename=renamed, gc=False)


def _columns(table: Table, currency: Currency) -> list[Sequence[Cell]]:
    """The cells column by column, since those of a column are written alike."""
    columns = columns_of(table.rows, len(table.columns))
    return [
        _written(column.type, cells, currency)
        for column, cells in zip(table.columns, columns, strict=True)
    ]


def _written(kind: ColumnType, cells: Sequence[Any], currency: Currency) -> Sequence[Cell]:
    match kind:
        case "money":
            return all_unscaled(cells, currency.places)
        case "quantity":
            return [None if cell is None else format_quantity(cell) for cell in cells]
        case "ratio" | "percent":
            return all_unscaled(cells, 2)
        case "date":
            return [None if cell is None else str(Day(cell)) for cell in cells]
        case "instant":
            return [None if cell is None else format_instant(cell) for cell in cells]
        case "text" | "id" | "count":
            return cells
