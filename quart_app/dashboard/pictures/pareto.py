"""How few products bring in how much: shares that add up, and the classes A, B and C."""

from typing import TYPE_CHECKING

from markupsafe import Markup

from quart_app.dashboard.charts.axis import Label, axis
from quart_app.dashboard.charts.curve import Line, curve, nice_top
from quart_app.dashboard.charts.frame import Hover
from quart_app.dashboard.pictures.card import card, key, rows_of
from quart_app.reports.models import Table

if TYPE_CHECKING:
    from quart_app.dashboard.languages import Language

_MOST_POINTS = 360
_MOST_STRIPS = 72
_WHOLE = 10_000


def pareto(table: Table, language: "Language") -> Markup | None:
    """The curve from the product that brings most; None where it would not begin at the first."""
    rows = sorted(rows_of(table), key=lambda row: (-row["revenue"], row["id"]))
    if not rows or rows[0]["share_percent"] is None:
        return None
    if rows[0]["cumulative_percent"] != rows[0]["share_percent"]:
        return None
    so_far = [0, *(row["cumulative_percent"] for row in rows)]
    classes = [row["class"] for row in rows]
    lines, labels, legend = [], [], []
    start = 0
    for name in ("A", "B", "C"):
        end = start + classes.count(name)
        if end > start:
            every = -(-(end - start) // (_MOST_POINTS // 3))
            places = sorted({start, end, *range(start, end, every)})
            points = [(place, so_far[place]) for place in places]
            lines.append(Line(f"class-{name}", points, is_filled=True))
            reached = language.percent(so_far[end])
            labels.append(Label((start + end) // 2, f"{name} \N{MIDDLE DOT} {reached}"))
            legend.append(key(f"class-{name}", f"{name}: {language.number(end - start)}"))
        start = end
    every = -(-len(rows) // _MOST_STRIPS)
    hovers = [
        Hover(
            i,
            min(i + every, len(rows)),
            language.say(
                "%(class)s: no. %(place)s of %(all)s, %(name)s, %(percent)s so far",
                **{"class": row["class"]},
                place=language.number(i + 1),
                all=language.number(len(rows)),
                name=row["name"],
                percent=language.cell("percent", row["cumulative_percent"]),
            ),
        )
        for i, row in list(enumerate(rows))[::every]
    ]
    top = nice_top(max(_WHOLE, *so_far))
    drawn = curve(
        lines,
        (0, len(rows)),
        top,
        title=language.say("Share of the revenue so far; the table below says the same"),
        hovers=hovers,
    )
    ticks = Markup("").join(
        Markup("<span>{}</span>").format(language.percent(tick)) for tick in (top, top // 2, 0)
    )
    body = Markup(
        '<div class="chart"><div class="scale" aria-hidden="true">{}</div>{}{}</div>'
    ).format(ticks, drawn, axis(labels, len(rows)))
    return card(
        language.say("Share of the revenue, products from the best seller on"),
        Markup(" ").join([language.say("products:"), *legend]),
        body,
    )
