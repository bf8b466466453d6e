"""What a report is asked, what it is made of, and what it answers."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from quart_app.reports.completeness import Lacking
from quart_app.values.calendar import Day, Month, Period
from quart_app.values.identifiers import Id
from quart_app.values.text import Code

ColumnType = Literal["id", "text", "money", "quantity", "count"]
PeriodName = Literal[
    "today", "yesterday", "this-week", "last-week", "this-month", "last-month", "this-year"
]


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column: its name, how its cells are written, and the unit they are in."""

    name: str
    type: ColumnType
    unit: str | None = None


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of every report: a period named in one of three ways, shops, a limit."""

    month: Month | None = None
    first: Day | None = msgspec.field(default=None, name="from")
    last: Day | None = msgspec.field(default=None, name="to")
    period: PeriodName | None = None
    store_id: tuple[Id, ...] = ()
    limit: Annotated[int, Meta(ge=1, le=100_000)] = 10
    format: Literal["json", "csv"] | None = None


class TopProductsQuestion(Question, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sold most by quantity within one unit, or by revenue."""

    by: Literal["quantity", "revenue"] = "quantity"
    unit: Code | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the registry."""

    name: str
    answers: str
    columns: tuple[Column, ...]
    totals: tuple[str, ...]
    question: type[Question] = Question


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A report's answer: cells are integers and text, as the columns' types say."""

    report: Report
    period: Period
    generated_at_us: int
    rows: list[tuple[Any, ...]]
    totals: dict[str, int]
    completeness: Lacking
