"""The largest shops, products and the like, as bars beside their figures."""

from typing import TYPE_CHECKING

from markupsafe import Markup

from quart_app.dashboard.charts.bar import Bar, drawn
from quart_app.dashboard.pictures.card import Row, card, key, rows_of
from quart_app.reports.models import Column, Table

if TYPE_CHECKING:
    from quart_app.dashboard.languages import Language
    from quart_app.dashboard.report.cells import CellWriter

MOST_BARS = 12
_NO_ACCIDENT = 20
"""As many in falling order were asked for in it."""


def bars(
    table: Table, language: "Language", writer: "CellWriter", name: str, measure: str
) -> Markup | None:
    """The rows with most of a measure, the largest first.

    None where there are no rows, or not all that the largest would have to be found among.
    """
    rows = rows_of(table)
    figures = [row[measure] for row in rows]
    is_whole = sum(figures) == table.totals.get(measure)
    is_falling = len(rows) >= _NO_ACCIDENT and figures == sorted(figures, reverse=True)
    if not (is_whole or is_falling) or not rows:
        return None
    shown = sorted(rows, key=lambda row: -row[measure])[:MOST_BARS]
    before = f"{measure}_before"
    ends = [0, *(row[one] or 0 for row in shown for one in (measure, before) if one in row)]
    column = next(column for column in table.columns if column.name == name)
    span = min(ends), max(ends)
    items = [
        _item(row, _named(table, column, row, writer), measure, span, language) for row in shown
    ]
    heading = (
        language.say("Revenue, %(currency)s", currency=language.currency_sign)
        if measure == "revenue"
        else language.say("Paid, %(currency)s", currency=language.currency_sign)
    )
    said: list[str] = []
    if len(rows) > len(shown):
        said.append(
            language.say("the largest: %(num)s", num=language.number(len(shown)))
            if not is_whole
            else language.say(
                "the largest %(num)s of %(all)s",
                num=language.number(len(shown)),
                all=language.number(len(rows)),
            )
        )
    if before in shown[0]:
        said.append(key("mark", language.say("before")))
    kind = "shared" if "share_percent" in shown[0] else "plain"
    listed = Markup('<ol class="bars {}">{}</ol>').format(kind, Markup("").join(items))
    return card(heading, Markup(" ").join(said), listed)


def _named(table: Table, column: Column, row: Row, writer: "CellWriter") -> str:
    """What a bar is called: a shop by its name, all else as in the table."""
    if table.report.source == "stores":
        return writer.shop(row["id"])
    return writer.text(column, row[column.name])


def _item(row: Row, name: str, measure: str, ends: tuple[int, int], language: "Language") -> Markup:
    figure, share = row[measure], row.get("share_percent")
    before = row.get(f"{measure}_before")
    text = language.money(figure)
    said = f"{name}: {text}"
    if before is not None:
        said += f", {language.say('before')} {language.money(before)}"
    one = Bar(end=figure, name="loss" if figure < 0 else "gain", title=said, mark=before)
    shown = Markup('<span class="share">{}</span>').format(language.cell("percent", share))
    return Markup(
        '<li><span class="name" title="{}">{}</span>{}<span class="figure">{}</span>{}</li>'
    ).format(
        name,
        name or language.say("none"),
        drawn(one, *ends),
        text,
        shown if "share_percent" in row else "",
    )
