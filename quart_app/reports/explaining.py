"""The receipts behind a figure: which row is meant, and what each receipt adds to it."""

import json
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from quart_app.database.storage import Storage
from quart_app.errors import Fault, InvalidParameter
from quart_app.reports.explain_repository import Explained, Part, explained
from quart_app.reports.models import PeriodQuestion, Report, Step
from quart_app.reports.parameters import steps
from quart_app.values.calendar import Day, Period
from quart_app.values.identifiers import Id, ReceiptId
from quart_app.values.instant import Instant
from quart_app.values.text import Code

_BY_LINES = ("products", "categories", "abc")
_UNEXPLAINED = ("idle-products", "completeness")


class ExplainQuestion(PeriodQuestion, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of a report by its key, in the period and the stores that the report was asked for."""

    id: Id | None = None
    category: Annotated[str, Meta(max_length=64)] | None = None
    date: Day | None = None
    by: Step = "day"
    weekday: Annotated[int, Meta(ge=1, le=7)] | None = None
    hour: Annotated[int, Meta(ge=0, le=23)] | None = None
    tender: Code | None = None
    till_id: Annotated[str, Meta(max_length=64)] | None = None
    cashier_id: Annotated[str, Meta(max_length=64)] | None = None
    promo_code: Code | None = None
    as_of: Instant | None = None
    after: ReceiptId | None = None


def is_explained(report: Report) -> bool:
    """Whether its figures are made of receipts."""
    return report.name not in _UNEXPLAINED


class Explanation(msgspec.Struct, frozen=True):
    """A page of the receipts behind a figure, and what all of them add up to."""

    report: Report
    period: Period
    row: dict[str, Any]
    receipts: list[Explained]
    totals: Part
    limit: int


async def explain(
    storage: Storage, report: Report, question: ExplainQuestion, period: Period
) -> Explanation:
    """The receipts behind one row of a report; InvalidParameter for a row that cannot be.

    The summary has one row and no key.
    """
    row = _row(report, question)
    if question.date is not None:
        period = _days_of(question.date, question.by, period)
    source, values = _asked(report, question, row)
    values |= {
        "first": period.first,
        "last": period.last,
        "as_of": question.as_of,
        "after": question.after,
        "limit": question.limit or 100,
    }
    async with storage.read() as reading:
        found, totals = await explained(reading, source, values)
    return Explanation(report, period, row, found, totals, question.limit or 100)


def _row(report: Report, question: ExplainQuestion) -> dict[str, Any]:
    """The row's key by its columns, each of which must be given, and nothing else."""
    if not is_explained(report):
        raise _refused("name", "not_explained", f"{report.name} has no figure made of receipts")
    row: dict[str, Any] = {}
    if "store_id" in report.key and len(question.store_id) > 1:
        raise _refused("store_id", "repeated_parameter", f"a row of {report.name} has one store")
    if report.source == "stores" and question.store_id and question.id not in question.store_id:
        raise _refused("id", "unknown_row", f"store {question.id} is not among those asked about")
    for name in report.key:
        given = question.store_id[:1] if name == "store_id" else (getattr(question, name),)
        if given in ((), (None,)):
            raise _refused(name, "missing_parameter", f"a row of {report.name} is told by {name}")
        row[name] = given[0]
    keys = ("id", "category", "date", "weekday", "hour", "tender", "cashier_id", "promo_code")
    for name in (*keys, "till_id"):
        if name not in row and getattr(question, name) is not None:
            raise _refused(name, "unknown_parameter", f"no row of {report.name} is told by {name}")
    return row


def _asked(
    report: Report, question: ExplainQuestion, row: dict[str, Any]
) -> tuple[str, dict[str, object]]:
    """The SQL file that explains a row, and what it asks for."""
    is_store = report.source == "stores"
    stores = question.store_id
    if is_store or "store_id" in row:
        stores = (row["id"] if is_store else row["store_id"],)
    values: dict[str, object] = {
        "store_ids": json.dumps(stores) if stores else None,
        "product_id": None if is_store else row.get("id"),
        **{
            name: row.get(name)
            for name in (
                "category",
                "weekday",
                "hour",
                "tender",
                "till_id",
                "cashier_id",
                "promo_code",
            )
        },
    }
    if report.source == "tenders":
        return "explain-tenders", values
    return ("explain-lines" if report.source in _BY_LINES else "explain-receipts"), values


def _days_of(date: Day, by: Step, period: Period) -> Period:
    for named, first, last in steps(period, by):
        if named == date:
            return Period(first, last)
    raise _refused("date", "unknown_row", f"no {by} of the period is named {date}")


def _refused(parameter: str, code: str, detail: str) -> InvalidParameter:
    return InvalidParameter(f"{parameter}: {detail}", faults=[Fault(parameter, code, detail)])
