"""At which hours of which weekdays there is trade."""

from typing import TYPE_CHECKING

from markupsafe import Markup

from quart_app.dashboard.charts.axis import Label, axis
from quart_app.dashboard.charts.heat import Cell, heat, ramp
from quart_app.dashboard.pictures.card import Row, card, rows_of
from quart_app.reports.models import Table

if TYPE_CHECKING:
    from quart_app.dashboard.languages import Language

_SUNDAY = 3
"""A day since 1970 that was one: Monday is the next."""
_FEW = 12


def week(table: Table, language: "Language") -> Markup | None:
    """A cell for each weekday and hour with sales; None where there were none."""
    rows = rows_of(table)
    if not rows:
        return None
    first = min(row["hour"] for row in rows)
    hours = range(first, max(row["hour"] for row in rows) + 1)
    cells = [
        Cell(
            row["hour"] - first,
            row["weekday"] - 1,
            row["revenue"],
            language.short_money(row["revenue"]),
            _said(row, language),
        )
        for row in rows
    ]
    drawn = heat(
        cells,
        len(hours),
        7,
        title=language.say("Revenue by weekday and hour; the table below says the same"),
    )
    days = [language.date(_SUNDAY + weekday, "ccc") for weekday in range(1, 8)]
    labels = [
        Label(2 * i + 1, language.hour(60 * hour))
        for i, hour in enumerate(hours)
        if len(hours) <= _FEW or not i % 2
    ]
    body = Markup(
        '<div class="chart map"><div class="scale" aria-hidden="true">{}</div>{}{}</div>'
    ).format(
        Markup("").join(Markup("<span>{}</span>").format(day) for day in days),
        drawn,
        axis(labels, 2 * len(hours)),
    )
    legend = Markup("0 {} {}").format(
        ramp(), language.short_money(max(0, *(row["revenue"] for row in rows)))
    )
    heading = language.say("Revenue by hour, %(currency)s", currency=language.currency_sign)
    return card(heading, legend, body)


def _said(row: Row, language: "Language") -> str:
    hours = f"{language.clock(60 * row['hour'])}\N{EN DASH}{language.clock(60 * row['hour'] + 60)}"
    return language.say(
        "%(day)s, %(hours)s: %(revenue)s, receipts: %(receipts)s",
        day=language.date(_SUNDAY + row["weekday"], "cccc"),
        hours=hours,
        revenue=language.money(row["revenue"]),
        receipts=language.number(row["receipts"]),
    )
