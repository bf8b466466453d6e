"""How each day, week or month went, with the one before behind it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from quart_app.dashboard.charts.axis import Label, axis
from quart_app.dashboard.charts.columns import SLOT, columns
from quart_app.dashboard.charts.scale import scale_of
from quart_app.dashboard.pictures.card import card, key, rows_of
from quart_app.reports.models import Table
from quart_app.values.calendar import from_day

if TYPE_CHECKING:
    from quart_app.dashboard.languages import Language

MOST_COLUMNS = 1_100
"""Three years of days; more than that is for weeks or months."""
_MOST_DAYS, _MOST_MONTHS = 10, 14
_MONDAY = 4
_WEEK, _MONTH = 7, 28


def timeline(table: Table, language: "Language") -> Markup | None:
    """A column for each row; None where nothing was sold, now or before."""
    rows = sorted(rows_of(table), key=lambda row: row["date"])
    days = [row["date"] for row in rows]
    figures = [row["revenue"] for row in rows]
    before = [row["revenue_before"] for row in rows] if table.compared_with else []
    known = [figure for figure in before if figure is not None]
    if not any(figures + known) or len(rows) > MOST_COLUMNS:
        return None
    scale = scale_of(min(figures + known), max(figures + known))
    texts = [
        _said(when, now, then, language)
        for when, now, then in zip(
            _names(days, language), figures, before or [None] * len(days), strict=True
        )
    ]
    drawn = columns(
        figures,
        before,
        scale,
        title=language.say("Revenue over time; the table below says the same"),
        texts=texts,
    )
    ticks = Markup("").join(
        Markup("<span>{}</span>").format(language.short_money(tick))
        for tick in reversed(scale.ticks)
    )
    body = Markup(
        '<div class="chart"><div class="scale" aria-hidden="true">{}</div>{}{}</div>'
    ).format(ticks, drawn, axis(_labels(days, language), SLOT * len(days)))
    legend = Markup(" ").join(
        [key("gain", language.say("this period")), key("past", language.say("before"))]
        if table.compared_with
        else []
    )
    heading = language.say("Revenue, %(currency)s", currency=language.currency_sign)
    return card(heading, legend, body)


def _names(days: Sequence[int], language: "Language") -> list[str]:
    """What each row is: a day, a week by its Monday, or a month."""
    apart = days[1] - days[0] if len(days) > 1 else 1
    if apart >= _MONTH:
        return [language.date(day, "LLLL y") for day in days]
    pattern = language.say("EEE, MMMM d, y")
    if apart == _WEEK:
        return [language.say("week from %(day)s", day=language.date(day, pattern)) for day in days]
    return [language.date(day, pattern) for day in days]


def _said(when: str, now: int, before: int | None, language: "Language") -> str:
    if before is None:
        return f"{when}: {language.money(now)}"
    return language.say(
        "%(when)s: %(now)s, before %(before)s",
        when=when,
        now=language.money(now),
        before=language.money(before),
    )


def _labels(days: Sequence[int], language: "Language") -> list[Label]:
    """Days, or Mondays, months, quarters or years where there are too many of the former."""
    day_pattern = language.say("MMM d")

    def month_name(day: int) -> str:
        return language.date(day, "y" if from_day(day).month == 1 else "LLL")

    ladder: tuple[tuple[Callable[[int], int], Callable[[int], str], int], ...] = (
        (lambda day: day, lambda day: language.date(day, day_pattern), _MOST_DAYS),
        (lambda day: (day - _MONDAY) // 7, lambda day: language.date(day, day_pattern), _MOST_DAYS),
        (_months, month_name, _MOST_MONTHS),
        (lambda day: _months(day) // 3, month_name, _MOST_MONTHS),
        (lambda day: from_day(day).year, lambda day: language.date(day, "y"), _MOST_MONTHS),
    )
    if len(days) > 1 and days[1] - days[0] >= _MONTH:
        ladder = ladder[2:]
    found: list[Label] = []
    for part_of, name, most in ladder:
        found = [
            Label(i * SLOT + SLOT // 2, name(day))
            for i, day in enumerate(days)
            if part_of(day) != part_of(days[i - 1] if i else day - 1)
        ]
        if len(found) <= most:
            break
    return found


def _months(day: int) -> int:
    at = from_day(day)
    return at.year * 12 + at.month - 1
