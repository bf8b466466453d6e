"""The periods that a page offers: named ones, the months of a year, and the ones beside it."""

from datetime import date

import msgspec

from quart_app.dashboard.report.query import Asked
from quart_app.values.calendar import Day, Period, from_day, month_period, to_day

PERIODS = (
    "today",
    "yesterday",
    "this-week",
    "last-week",
    "this-month",
    "last-month",
    "this-year",
)
_MONTHS = range(1, 13)


class Offer(msgspec.Struct, frozen=True):
    """A period to go to; ``day`` is its first."""

    day: int
    link: str
    is_chosen: bool = False


class Periods(msgspec.Struct, frozen=True, kw_only=True):
    """What the picker shows beside the named periods."""

    chosen: str | None
    year: int
    months: list[Offer]
    year_before: str
    year_whole: str
    is_whole_year: bool
    year_after: str | None
    before: Offer
    after: Offer | None


def periods_around(period: Period, asked: Asked, today: int) -> Periods:
    """The months of the year that a period ends in, and the periods just before and after."""
    year, present = from_day(period.last).year, from_day(today).year
    months = [to_day(date(year, month, 1)) for month in _MONTHS]
    is_month = period == month_period(period.first)
    return Periods(
        chosen=dict(asked.items).get("period")
        or (None if asked.given("from", "month") else "this-month"),
        year=year,
        months=[
            Offer(day, asked.of_days(month=_month(day)), period == month_period(day))
            for day in months
            if day <= today
        ],
        year_before=_whole_year(year - 1, asked),
        year_whole=_whole_year(year, asked),
        is_whole_year=period == (months[0], to_day(date(year, 12, 31))),
        year_after=None if year >= present else _whole_year(year + 1, asked),
        before=_beside(_shifted(period, -1, is_month=is_month), asked),
        after=None
        if period.last >= today
        else _beside(_shifted(period, 1, is_month=is_month), asked),
    )


def _shifted(period: Period, way: int, *, is_month: bool) -> Period:
    """The period just before or after: as many days, or the whole month."""
    if is_month:
        return month_period(period.first - 1 if way < 0 else period.last + 1)
    length = period.last - period.first + 1
    return Period(period.first + way * length, period.last + way * length)


def _beside(period: Period, asked: Asked) -> Offer:
    if period == month_period(period.first):
        return Offer(period.first, asked.of_days(month=_month(period.first)))
    days = {"from_": str(Day(period.first)), "to": str(Day(period.last))}
    return Offer(period.first, asked.of_days(**days))


def _whole_year(year: int, asked: Asked) -> str:
    return asked.of_days(from_=f"{year}-01-01", to=f"{year}-12-31")


def _month(day: int) -> str:
    return str(Day(day))[:7]
