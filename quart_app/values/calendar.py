"""Business dates, months and periods; days are integers since 1970-01-01, months YYYYMM."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from quart_app.errors import ValueRefused
from quart_app.values.instant import Instant, to_instant

_MINUTE_US = 60_000_000
_DAY_US = 86_400_000_000
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_FIRST, _LAST = date(1999, 12, 31), date(2101, 1, 1)


class MinuteOfDay(int):
    """Minutes since midnight by the shop's clock."""

    __slots__ = ()

    def __str__(self) -> str:
        """As it is written: ``04:00``."""
        return f"{self // 60:02d}:{self % 60:02d}"


class Day(int):
    """A business date: days since 1970-01-01."""

    __slots__ = ()

    def __str__(self) -> str:
        """As it is written: ``2026-10-31``."""
        return _written(int(self))


@lru_cache(maxsize=4_096)
def _written(day: int) -> str:
    return from_day(day).isoformat()


class Month(int):
    """A month as YYYYMM."""

    __slots__ = ()

    def days(self) -> "Period":
        """Its first and its last day."""
        return month_period(to_day(date(self // 100, self % 100, 1)))


class ZoneName(str):
    """The name of an IANA time zone that there is."""

    __slots__ = ()


class ChainCalendar(NamedTuple):
    """The zone of what names none, and when a business day begins."""

    zone: ZoneInfo
    day_start: MinuteOfDay


class LocalTime(NamedTuple):
    """When a receipt was printed, as the shop's wall clock and calendar had it."""

    business_date: int
    utc_offset_s: int


def local_time(instant: int, zone: ZoneInfo, day_start: int) -> LocalTime:
    """The store's business date and offset at an instant; its day begins at ``day_start``."""
    return _local_minute(instant // _MINUTE_US, zone, day_start)


# Since 2000 offsets are whole minutes and change at a minute's beginning, so that all of a minute
# is one date; and the receipts of a minute come together.
@lru_cache(maxsize=4_096)
def _local_minute(minute: int, zone: ZoneInfo, day_start: int) -> LocalTime:
    moment = Instant(minute * _MINUTE_US).utc().astimezone(zone)
    utc_offset_s = (moment.utcoffset() or timedelta(0)) // timedelta(seconds=1)
    local_us = minute * _MINUTE_US + utc_offset_s * 1_000_000 - day_start * _MINUTE_US
    return LocalTime(local_us // _DAY_US, utc_offset_s)


def moved_by_weeks(instant: Instant, zone: ZoneInfo, weeks: int) -> Instant:
    """The same weekday and time of day by the store's clock, so many weeks later."""
    local = instant.utc().astimezone(zone).replace(tzinfo=None) + timedelta(weeks=weeks)
    return to_instant(local.replace(tzinfo=zone))


def zone_named(name: str) -> ZoneInfo:
    """The IANA time zone of that name; ValueRefused (``timezone_unknown``) where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueRefused(
            "timezone_unknown", f"{name[:40]!r} is no IANA time zone such as Europe/Moscow"
        ) from error


def parse_zone(text: str) -> ZoneName:
    """Read the name of an IANA time zone; ValueRefused (``timezone_unknown``)."""
    return ZoneName(zone_named(text).key)


def to_day(day: date) -> int:
    """A date as days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def from_day(day: int) -> date:
    """Days since 1970-01-01 as a date."""
    return date.fromordinal(day + _EPOCH_ORDINAL)


def day_begins(day: int, zone: ZoneInfo) -> Instant:
    """The instant of a calendar day's midnight in a zone."""
    at = from_day(day)
    return to_instant(datetime(at.year, at.month, at.day, tzinfo=zone))


def month_of(day: int) -> int:
    """The month a day is in, as YYYYMM."""
    at = from_day(day)
    return at.year * 100 + at.month


class Period(NamedTuple):
    """The days from ``first`` to ``last``, both inside it."""

    first: int
    last: int


class Cover(NamedTuple):
    """A period as whole months, with the days at either end added (+1) or taken away (-1).

    A total of a month is one row where its days are thirty, so each end of a period is reached
    from the month by whichever way reads fewer days. A range whose first is after its last is
    empty.
    """

    first_month: int
    last_month: int
    head: Period
    head_sign: int
    tail: Period
    tail_sign: int


_NO_DAYS = Period(0, -1)


def cover(period: Period) -> Cover:
    """The whole months nearest to a period, and the days that make them equal to it."""
    if period.first > period.last:
        return Cover(1, 0, _NO_DAYS, 1, _NO_DAYS, 1)
    first_month, last_month = month_period(period.first), month_period(period.last)
    if first_month == last_month:
        left_out = period.first - first_month.first + last_month.last - period.last
        if left_out > period.last - period.first:
            return Cover(1, 0, period, 1, _NO_DAYS, 1)
        return Cover(
            month_of(period.first),
            month_of(period.first),
            Period(first_month.first, period.first - 1),
            -1,
            Period(period.last + 1, last_month.last),
            -1,
        )
    from_month, head, head_sign = _end(period.first, first_month, is_head=True)
    to_month, tail, tail_sign = _end(period.last, last_month, is_head=False)
    return Cover(from_month, to_month, head, head_sign, tail, tail_sign)


def _end(edge: int, month: Period, *, is_head: bool) -> tuple[int, Period, int]:
    inside = Period(edge, month.last) if is_head else Period(month.first, edge)
    outside = Period(month.first, edge - 1) if is_head else Period(edge + 1, month.last)
    if outside.last - outside.first <= inside.last - inside.first:
        return month_of(edge), outside, -1
    return month_of(month.last + 1 if is_head else month.first - 1), inside, 1


def month_period(day: int) -> Period:
    """The whole month that a day is in."""
    at = from_day(day)
    first = at.replace(day=1)
    return Period(to_day(first), to_day((first + timedelta(days=31)).replace(day=1)) - 1)


def parse_day(text: str) -> Day:
    """Read ``2026-10-31``; ValueRefused (``day_malformed``) for anything else."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise ValueRefused("day_malformed", f"{text!r}: {error}") from error
        if _FIRST <= day <= _LAST:
            return Day(to_day(day))
    raise ValueRefused(
        "day_malformed", f"{text[:40]!r} is not a day of 2000 to 2100, such as 2026-10-31"
    )


def parse_month(text: str) -> Month:
    """Read ``2026-10``; ValueRefused (``month_malformed``) for anything else."""
    if re.fullmatch(r"(20[0-9]{2}|2100)-(0[1-9]|1[0-2])", text):
        return Month(text.replace("-", ""))
    raise ValueRefused(
        "month_malformed", f"{text[:40]!r} is not a month of 2000 to 2100, such as 2026-10"
    )


def parse_time_of_day(text: str) -> MinuteOfDay:
    """Read ``04:00``; ValueRefused (``time_malformed``) for anything else."""
    if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        return MinuteOfDay(int(text[:2]) * 60 + int(text[3:]))
    raise ValueRefused("time_malformed", f"{text[:40]!r} is not a time of day, such as 04:00")
