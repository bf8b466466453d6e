"""How few products bring in how much: shares that add up, and the classes A, B and C."""

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

from markupsafe import Markup

from quart_app.dashboard.charts.axis import Label, axis
from quart_app.dashboard.charts.curve import Line, curve, nice_top
from quart_app.dashboard.charts.frame import Hover
from quart_app.dashboard.pictures.card import card, key
from quart_app.reports.models import Table
from quart_app.reports.shares import A_PERCENT, B_PERCENT, percents

if TYPE_CHECKING:
    from quart_app.dashboard.languages import Language

_MOST_POINTS = 360
_WHOLE = 10_000


def pareto(table: Table, language: "Language") -> Markup | None:
    """The curve from the product that brings most; None where there is no whole to share."""
    ranking, whole = table.ranking, table.totals.get("revenue", 0)
    if ranking is None or not ranking.revenues or whole <= 0:
        return None
    sums = [0, *accumulate(ranking.revenues)]
    products = len(ranking.revenues)

    def reached(percent: int) -> int:
        """How many products have less than so much before them."""
        return bisect_left(sums, percent * whole, hi=products, key=lambda before: 100 * before)

    ends = {"A": reached(A_PERCENT), "B": reached(B_PERCENT), "C": products}
    lines, labels, legend = [], [], []
    start = 0
    for name, end in ends.items():
        if end > start:
            every = -(-(end - start) // (_MOST_POINTS // 3))
            places = sorted({start, end, *range(start, end, every)})
            shares = percents([sums[place] for place in places], whole)
            points = [(place, share or 0) for place, share in zip(places, shares, strict=True)]
            lines.append(Line(f"class-{name}", points, is_filled=True))
            so_far = language.percent(points[-1][1])
            labels.append(Label((start + end) // 2, f"{name} \N{MIDDLE DOT} {so_far}"))
            legend.append(key(f"class-{name}", f"{name}: {language.number(end - start)}"))
        start = end
    hovers = [
        Hover(
            i,
            min(i + ranking.step, products),
            language.say(
                "%(class)s: no. %(place)s of %(all)s, %(name)s, %(percent)s so far",
                **{"class": next(one for one, end in ends.items() if i < end)},
                place=language.number(i + 1),
                all=language.number(products),
                name=name,
                percent=language.cell("percent", percents([sums[i + 1]], whole)[0]),
            ),
        )
        for i, name in zip(range(0, products, ranking.step), ranking.names, strict=True)
    ]
    (highest,) = percents([max(sums)], whole)
    top = nice_top(max(_WHOLE, highest or 0))
    drawn = curve(
        lines,
        (0, products),
        top,
        title=language.say("Share of the revenue so far; the table below says the same"),
        hovers=hovers,
    )
    ticks = Markup("").join(
        Markup("<span>{}</span>").format(language.percent(tick)) for tick in (top, top // 2, 0)
    )
    body = Markup(
        '<div class="chart"><div class="scale" aria-hidden="true">{}</div>{}{}</div>'
    ).format(ticks, drawn, axis(labels, products))
    return card(
        language.say("Share of the revenue, products from the best seller on"),
        Markup(" ").join([language.say("products:"), *legend]),
        body,
    )
