"""The curve of a day: today's revenue as it adds up, with last week's behind it."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Protocol

import msgspec
from markupsafe import Markup

from quart_app.dashboard.charts.curve import Line, curve, nice_top
from quart_app.dashboard.charts.frame import Hover
from quart_app.dashboard.today.models import HourPoint, Today

_MOST_LABELS = 26


class Words(Protocol):
    """A language, as far as the curve speaks."""

    def say(self, message: str, **values: object) -> str:
        """A message."""
        ...

    def whole_money(self, minor: int) -> str:
        """An amount to the nearest whole unit."""
        ...

    def clock(self, minute: int) -> str:
        """A time of day."""
        ...

    def hour(self, minute: int) -> str:
        """A whole hour, shorter."""
        ...


class HourRow(msgspec.Struct, frozen=True):
    """A row of the table that says the same as the curve; ``now`` is None for an hour to come."""

    label: str
    now: int | None
    before: int


class DayCurve(msgspec.Struct, frozen=True):
    """The drawing, what stands along its edges, and the table."""

    svg: Markup
    hours: Sequence[str]
    top: int
    middle: int
    rows: Sequence[HourRow]


def day_curve(today: Today, language: Words) -> DayCurve | None:
    """The curve, from the first hour with sales to the last; None for a day without any."""
    if not today.hours:
        return None
    minute = today.minute
    sold_to = max(point.hour for point in today.hours) + 1
    first = min(point.hour for point in today.hours)
    last = max(sold_to, first + 1 if minute is None else min(-(-minute // 60), sold_to + 1))
    hours = _every(today.hours, first, last)
    now = list(accumulate((point.now for point in hours), initial=0))
    before = list(accumulate((point.before for point in hours), initial=0))
    places = [60 * hour for hour in range(first, last + 1)]
    behind = list(zip(places, before, strict=True))
    ahead = list(zip(places, now, strict=True))
    if minute is not None:
        ahead = _until(ahead, minute, today)
        if today.is_one_zone and places[0] < minute < places[-1]:
            behind = sorted([*behind, (minute, today.revenue.before)])
    solid = [point for point in ahead if point[0] <= today.solid_until]
    lines = [Line("before", behind), Line("pending", ahead[max(len(solid) - 1, 0) :])]
    if minute is None or today.is_one_zone:
        lines[1:] = []
    top = nice_top(max(*now, *before, 1))
    rows = [
        HourRow(
            language.clock(60 * point.hour),
            None if minute is not None and 60 * point.hour > max(minute, ahead[-1][0]) else so_far,
            last_week,
        )
        for point, so_far, last_week in zip(hours, now[1:], before[1:], strict=True)
    ]
    hovers = [
        Hover(60 * point.hour, 60 * point.hour + 60, _said(point, row, language))
        for point, row in zip(hours, rows, strict=True)
    ]
    svg = curve(
        [*lines, Line("now", solid, is_filled=True)],
        (places[0], places[-1]),
        top,
        title=language.say(
            "Revenue as it adds up by hour, today and a week before; the table says the same"
        ),
        hovers=hovers,
    )
    labels = [language.hour(60 * hour) for hour in range(first, last)]
    return DayCurve(svg, labels[:_MOST_LABELS], top, top // 2, rows)


def _every(points: Sequence[HourPoint], first: int, last: int) -> list[HourPoint]:
    known = {point.hour: point for point in points}
    return [known.get(hour, HourPoint(hour, 0, 0)) for hour in range(first, last)]


def _until(ahead: list[tuple[int, int]], minute: int, today: Today) -> list[tuple[int, int]]:
    """Today's line up to now, or as far as the shops whose clocks are ahead have come."""
    if today.is_one_zone:
        whole = [point for point in ahead if point[0] <= minute]
        end = min(max(minute, ahead[0][0]), ahead[-1][0])
        # What is dated ahead of the clock is in today's figure all the same.
        return [*whole[: -1 if whole and whole[-1][0] == end else None], (end, today.revenue.now)]
    sold = max((point.hour + 1 for point in today.hours if point.now), default=0)
    come = max(60 * sold, today.solid_until, ahead[0][0])
    return [point for point in ahead if point[0] <= come]


def _said(point: HourPoint, row: HourRow, language: Words) -> str:
    hours = f"{language.clock(60 * point.hour)}\N{EN DASH}{language.clock(60 * point.hour + 60)}"
    if row.now is None:
        return language.say(
            "%(hours)s: a week before %(before)s",
            hours=hours,
            before=language.whole_money(point.before),
        )
    return language.say(
        "%(hours)s: %(now)s, a week before %(before)s",
        hours=hours,
        now=language.whole_money(point.now),
        before=language.whole_money(point.before),
    )
