"""What a report is asked, what it is made of, and what it answers."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from quart_app.values.calendar import Day, Month, Period
from quart_app.values.identifiers import Id
from quart_app.values.instant import Instant
from quart_app.values.text import Code

ColumnType = Literal[
    "id", "text", "money", "quantity", "count", "ratio", "percent", "date", "instant"
]
"""``ratio`` and ``percent`` are integers of hundredths, ``date`` is days since 1970."""
PeriodName = Literal[
    "today", "yesterday", "this-week", "last-week", "this-month", "last-month", "this-year"
]
Basis = Literal["previous", "year"]
Step = Literal["day", "week", "month"]


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column: its name, how its cells are written, and the unit they are in."""

    name: str
    type: ColumnType
    unit: str | None = None


class PeriodQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A period named in one of three ways, some shops or all, and how many rows."""

    month: Month | None = None
    first: Day | None = msgspec.field(default=None, name="from")
    last: Day | None = msgspec.field(default=None, name="to")
    period: PeriodName | None = None
    store_id: tuple[Id, ...] = ()
    limit: Annotated[int, Meta(ge=1, le=100_000)] | None = None


class Question(PeriodQuestion, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parameters of every report; ``bom`` and ``lang`` are for CSV.

    They ask for a byte-order mark first, and for semicolons where it is Russian.
    """

    format: Literal["json", "csv", "xlsx"] | None = None
    bom: bool = False
    lang: Literal["en", "ru"] | None = None


class ComparedQuestion(Question, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Beside an earlier period."""

    compare: Basis | None = None


class SummaryQuestion(ComparedQuestion, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As the figures stood at an instant."""

    as_of: Instant | None = None


class RankedQuestion(ComparedQuestion, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In another order: a column, or -column for the largest first."""

    sort: Code | None = None


class StoresQuestion(RankedQuestion, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Stores as the figures stood at an instant."""

    as_of: Instant | None = None


class TopProductsQuestion(StoresQuestion, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sold most by quantity within one unit, or by revenue."""

    by: Literal["quantity", "revenue"] = "quantity"
    unit: Code | None = None

    @property
    def one_unit(self) -> str | None:
        """The one unit that is asked about, pieces where quantities are compared; None for all."""
        return self.unit or ("pcs" if self.by == "quantity" else None)


class TimelineQuestion(RankedQuestion, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row for each day, week or month."""

    by: Step = "day"


class ListQuestion(Question, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """In another order, beside nothing."""

    sort: Code | None = None


class IdleQuestion(ListQuestion, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Not sold for how many days."""

    days: Annotated[int, Meta(ge=1, le=3_660)] = 60


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the registry.

    A column named in ``measures.py`` is computed there, one named in ``shares.py`` there, any
    other is a column of the SQL file ``source``. ``key`` tells rows apart, settles ties and finds
    a row's counterpart in an earlier period; ``order`` is columns, each with ``-`` for the largest
    first.
    """

    name: str
    answers: str
    source: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    order: tuple[str, ...]
    unsummed: tuple[str, ...] = ()
    """Measures that have no total, since the same would be counted twice in it."""
    limit: int = 1_000
    question: type[Question] = RankedQuestion

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)


class Ranking(msgspec.Struct, frozen=True, array_like=True):
    """All rows of a report in its own order, as a curve of them needs them.

    The revenue of each in minor units, and the name of every ``step``-th from the first on.
    """

    step: int
    revenues: list[int]
    names: list[str]


class Figures(msgspec.Struct, frozen=True):
    """Rows as the columns say, and the totals that there are by their columns' names."""

    rows: Sequence[tuple[Any, ...]]
    totals: dict[str, Any]
    lacking: list[tuple[Any, ...]] = []
    """The rows of ``lacking.sql``, where it was asked."""
    ranking: Ranking | None = None
    """Where it was asked."""


class SilentTill(msgspec.Struct, frozen=True):
    """A till, and the business dates on which it was silent."""

    store_id: int
    till_id: str
    days: tuple[str, ...]


class Lacking(msgspec.Struct):
    """What the figures of a store lack, or of all that were asked about."""

    held: int = 0
    missing_receipts: int = 0
    silent_tills: list[SilentTill] = msgspec.field(default_factory=list)


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A report's answer: cells are integers, text and None, as the columns' types say."""

    report: Report
    columns: tuple[Column, ...]
    period: Period
    compared_with: Period | None
    as_of_us: int | None
    generated_at_us: int
    rows: Sequence[tuple[Any, ...]]
    totals: dict[str, Any]
    completeness: Lacking
    ranking: Ranking | None = None
