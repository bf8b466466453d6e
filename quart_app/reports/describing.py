"""Every report as an operation of its own: its parameters, its columns, its answer."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from quart_app.reports.comparing import columns_with_changes
from quart_app.reports.explaining import ExplainQuestion, is_explained
from quart_app.reports.files import MEDIA_TYPES
from quart_app.reports.measures import MEASURES
from quart_app.reports.models import Column, ColumnType, Report
from quart_app.reports.registry import REPORTS
from quart_app.reports.shares import CUMULATIVE, SHARE
from quart_app.reports.shown import Envelope, ShownExplanation
from quart_app.values.shown import DayText, HundredthsText, InstantText, MoneyText, QuantityText
from quart_app.web.openapi.describing import Answer, Operation

_CELLS: dict[ColumnType, Any] = {
    "id": int,
    "text": str,
    "money": MoneyText,
    "quantity": QuantityText,
    "count": int,
    "ratio": HundredthsText,
    "percent": HundredthsText,
    "date": DayText,
    "instant": InstantText,
}
# Where there is nothing to tell: a share of nothing, a day on which nothing happened.
_MAY_BE_NULL = (SHARE.name, CUMULATIVE.name, "last_sold_on", "days_idle", "last_receipt_at")
_EXAMPLES = {
    "id": 7,
    "category": "Produce",
    "date": "2026-11-01",
    "weekday": 6,
    "hour": 10,
    "tender": "card",
    "store_id": [7],
    "till_id": "T1",
    "cashier_id": "12",
    "promo_code": "AUTUMN",
}


def each_report() -> Iterator[Operation]:
    """What each report is asked and answers."""
    for report in REPORTS.values():
        yield Operation(
            summary=report.answers,
            description="\n".join(["Columns:", "", *map(_told, report.columns)]),
            query=report.question,
            headers=("If-None-Match", "Accept-Language"),
            answers={
                200: Answer(
                    "The figures as they stand.",
                    _envelope(report),
                    headers=("ETag", "Content-Disposition"),
                    media_types=tuple(MEDIA_TYPES.values())[1:],
                ),
                304: Answer("They would be the same.", headers=("ETag",)),
            },
            parameters={"month": "2026-11"},
            constants={"name": report.name},
        )


def each_explanation() -> Iterator[Operation]:
    """What each report that is made of receipts can be asked about one of its rows."""
    for report in filter(is_explained, REPORTS.values()):
        row = ", ".join(f"`{name}`" for name in report.key)
        examples = {"id": 6735} if report.source == "products" else {}
        yield Operation(
            summary=f"The receipts behind a row of {report.name}",
            description=f"The row is told by {row}." if row else "It has one row.",
            query=ExplainQuestion,
            answers={
                200: Answer("A page of them, and all totals.", ShownExplanation, headers=("Link",))
            },
            parameters={"month": "2026-11"}
            | {name: _EXAMPLES[name] for name in report.key}
            | examples,
            constants={"name": report.name},
        )


def _told(column: Column) -> str:
    return f"- `{column.name}`: {column.type}" + (f", in {column.unit}" if column.unit else "")


def _envelope(report: Report) -> Any:
    """The envelope with rows and totals of this report's columns."""
    name = "".join(map(str.title, report.name.split("-")))
    compared = columns_with_changes(report)[len(report.columns) :]
    if "compare" not in report.question.__struct_encode_fields__:
        compared = ()
    of_row = [(one.name, _cell(one)) for one in report.columns]
    summed = [
        one for one in report.columns if one.name in MEASURES and one.name not in report.unsummed
    ]
    of_totals = [_total(one) for one in summed]
    added = [(one.name, _cell(one) | None | UnsetType, UNSET) for one in compared]
    of_sums = [one for one in added if one[0].startswith(tuple(f"{it.name}_" for it in summed))]
    row = msgspec.defstruct(f"{name}Row", [*of_row, *added], kw_only=True)
    totals = msgspec.defstruct(f"{name}Totals", [*of_totals, *of_sums], kw_only=True)
    return msgspec.defstruct(
        f"{name}Report",
        [("rows", list[row]), ("totals", totals)],  # type: ignore[valid-type]
        bases=(Envelope,),
        namespace={"__doc__": report.answers},
        frozen=True,
        kw_only=True,
    )


def _cell(column: Column) -> Any:
    """A cell's type."""
    cell = _CELLS[column.type]
    if column.unit is not None:
        cell = Annotated[cell, Meta(title=f"in {column.unit}")]
    return cell | None if column.name in _MAY_BE_NULL else cell


def _total(column: Column) -> tuple[Any, ...]:
    """The total of a column as a field; pieces and kilograms have none."""
    if column.type == "quantity":
        return column.name, _cell(column) | UnsetType, UNSET
    return column.name, _cell(column)
