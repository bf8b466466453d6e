"""The way from gross to net, step by step."""

from typing import TYPE_CHECKING

from markupsafe import Markup

from quart_app.dashboard.charts.bar import Bar, drawn
from quart_app.dashboard.charts.waterfall import waterfall
from quart_app.dashboard.pictures.card import card, key, rows_of
from quart_app.reports.models import Table

if TYPE_CHECKING:
    from quart_app.dashboard.languages import Language

_TOTALS = frozenset(("gross", "revenue", "net"))


def bridge(table: Table, language: "Language") -> Markup | None:
    """What was sold, what came off it and what was left; None where nothing was."""
    names = {
        "gross": language.say("Gross"),
        "discounts": language.say("Discounts"),
        "returns": language.say("Returns"),
        "revenue": language.say("Revenue"),
        "tax": language.say("Tax"),
        "net": language.say("Net"),
    }
    row = next(iter(rows_of(table)), None)
    if row is None:
        return None
    steps = waterfall([(name, row[name], name in _TOTALS) for name in names])
    before = {name: row.get(f"{name}_before") for name in _TOTALS}
    ends = [place for step in steps for place in (step.start, step.end)]
    ends += [0, *(figure for figure in before.values() if figure is not None)]
    items = []
    for step, above in zip(steps, [None, *steps], strict=False):
        is_last = step is steps[-1]
        text = language.money(row[step.name] if step.is_total else -row[step.name])
        one = Bar(
            start=step.start,
            end=step.end,
            name="total" if step.is_total else ("off" if step.end <= step.start else "added"),
            title=f"{names[step.name]}: {text}",
            mark=before.get(step.name),
            above=None if above is None else above.end,
            below=None if is_last else step.end,
        )
        items.append(
            Markup(
                '<li class="{}"><span class="name">{}</span>{}<span class="figure">{}</span></li>'
            ).format(
                "total" if step.is_total else "part",
                names[step.name],
                drawn(one, min(ends), max(ends)),
                text,
            )
        )
    heading = language.say("From gross to net, %(currency)s", currency=language.currency_sign)
    legend = key("mark", language.say("before")) if table.compared_with else ""
    listed = Markup('<ol class="bars plain bridge">{}</ol>').format(Markup("").join(items))
    return card(heading, legend, listed)
