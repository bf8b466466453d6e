"""Which days a question is about."""

from datetime import date, timedelta

from quart_app.errors import Fault, InvalidParameter
from quart_app.reports.models import PeriodName, PeriodQuestion
from quart_app.values.calendar import Period, from_day, to_day


def period_of(question: PeriodQuestion, today: int) -> Period:
    """The days asked for, in one way; the current month so far where none is given.

    InvalidParameter where two ways are mixed, one end is missing, or the days are backwards.
    """
    ways = [
        name
        for name, given in (
            ("month", question.month is not None),
            ("from", question.first is not None or question.last is not None),
            ("period", question.period is not None),
        )
        if given
    ]
    if len(ways) > 1:
        raise _refused(ways[1], "two_periods", f"give {ways[0]} or {ways[1]}, not both")
    if question.month is not None:
        return question.month.days()
    if question.period is not None:
        return named(question.period, today)
    if question.first is None and question.last is None:
        return named("this-month", today)
    if question.first is None or question.last is None:
        missing = "from" if question.first is None else "to"
        raise _refused(missing, "missing_parameter", "from and to go together")
    if question.first > question.last:
        raise _refused("to", "period_backwards", f"{question.last} is before {question.first}")
    return Period(question.first, question.last)


def named(name: PeriodName, today: int) -> Period:
    """A period by its name, as it stands today: "this" ones end today."""
    at = from_day(today)
    monday = today - at.weekday()
    first_of_month = to_day(at.replace(day=1))
    match name:
        case "today":
            return Period(today, today)
        case "yesterday":
            return Period(today - 1, today - 1)
        case "this-week":
            return Period(monday, today)
        case "last-week":
            return Period(monday - 7, monday - 1)
        case "this-month":
            return Period(first_of_month, today)
        case "last-month":
            before = at.replace(day=1) - timedelta(days=1)
            return Period(to_day(before.replace(day=1)), to_day(before))
        case "this-year":
            return Period(to_day(date(at.year, 1, 1)), today)


def _refused(parameter: str, code: str, detail: str) -> InvalidParameter:
    return InvalidParameter(f"{parameter}: {detail}", faults=[Fault(parameter, code, detail)])
