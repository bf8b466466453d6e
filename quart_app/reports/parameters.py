"""What a question means to the SQL files: its period, shops and the like as bound values."""

import json
from typing import Any, TypeVar

import msgspec

from quart_app.access.acting import acting
from quart_app.errors import Fault, InvalidParameter
from quart_app.reports.models import (
    IdleQuestion,
    PeriodQuestion,
    Question,
    Report,
    Step,
    TimelineQuestion,
    TopProductsQuestion,
)
from quart_app.values.calendar import Period, cover, from_day, month_of, month_period

Values = dict[str, Any]
P = TypeVar("P", bound=PeriodQuestion)


def of_own_stores(question: P) -> P:
    """A question about no other stores than those that whoever acts may see; Forbidden."""
    store_ids = acting().within(question.store_id)
    return msgspec.structs.replace(question, store_id=store_ids)


def values_of(report: Report, question: Question, period: Period) -> Values:
    """Every value that a SQL file of reports may ask for."""
    values: Values = {
        **period._asdict(),
        **_cover_values(period),
        "store_ids": json.dumps(question.store_id) if question.store_id else None,
        "read_from": period.first,
        "product_ids": None,
        "limit": question.limit or report.limit,
        "skip": 0,
        "unit": question.one_unit if isinstance(question, TopProductsQuestion) else None,
        "as_of": getattr(question, "as_of", None),
    }
    if isinstance(question, TimelineQuestion):
        values["steps"] = json.dumps(steps(period, question.by))
    if isinstance(question, IdleQuestion):
        values |= _idle_values(period, question.days)
    return values


def order_of(report: Report, question: Question) -> tuple[str, ...]:
    """The columns that order the rows; InvalidParameter for one that the report has not."""
    sort = getattr(question, "sort", None)
    if sort is None:
        if isinstance(question, TopProductsQuestion) and question.by == "revenue":
            return ("-revenue",)
        return report.order
    if report.column(sort.removeprefix("-")) is None:
        names = ", ".join(column.name for column in report.columns)
        detail = f"{report.name} has no column {sort[:40]!r}; it has {names}"
        raise InvalidParameter(f"sort: {detail}", faults=[Fault("sort", "unknown_column", detail)])
    return (sort,)


def steps(period: Period, by: Step) -> list[tuple[int, int, int]]:
    """The days, weeks or months of a period: the day each is named by, and its days inside.

    A week is named by its Monday and a month by its first day, also where the period begins later.
    """
    found = []
    day = period.first
    while day <= period.last:
        whole = _step(day, by)
        found.append((whole.first, day, min(whole.last, period.last)))
        day = whole.last + 1
    return found


def _step(day: int, by: Step) -> Period:
    match by:
        case "day":
            return Period(day, day)
        case "week":
            monday = day - from_day(day).weekday()
            return Period(monday, monday + 6)
        case "month":
            return month_period(day)


def _cover_values(period: Period) -> Values:
    """What is read of totals of months, with the days at the ends; and the months around all."""
    covered = cover(period)
    ends = ((covered.head, covered.head_sign), (covered.tail, covered.tail_sign))
    end_days = [(day, sign) for end, sign in ends for day in range(end.first, end.last + 1)]
    return {
        "first_month": covered.first_month,
        "last_month": covered.last_month,
        "head_first": covered.head.first,
        "head_last": covered.head.last,
        "head_sign": covered.head_sign,
        "tail_first": covered.tail.first,
        "tail_last": covered.tail.last,
        "tail_sign": covered.tail_sign,
        "whole_months": json.dumps(_months(covered.first_month, covered.last_month)),
        "end_days": json.dumps(end_days),
        "months": json.dumps(_months(month_of(period.first), month_of(period.last))),
    }


def _idle_values(period: Period, days: int) -> Values:
    first = period.last - days + 1
    inner_first = first if month_period(first).first == first else month_period(first).last + 1
    ending = month_period(period.last)
    inner_last = period.last if ending.last == period.last else ending.first - 1
    inner = _months(month_of(inner_first), month_of(inner_last)) if inner_first < inner_last else []
    return {
        # The last sale of a product may be of any day before.
        "read_from": 0,
        "idle_first": first,
        "inner_months": json.dumps(inner),
        "last_month": month_of(period.last),
        "last_days": json.dumps(list(range(ending.first, period.last + 1))),
    }


def _months(first: int, last: int) -> list[int]:
    """The months from one to another, as YYYYMM."""
    found = []
    month = first
    while month <= last:
        found.append(month)
        month = month + 1 if month % 100 < 12 else month + 89
    return found
