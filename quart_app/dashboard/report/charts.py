"""Which report has which picture above its table."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup

from quart_app.dashboard.pictures.bars import bars
from quart_app.dashboard.pictures.bridge import bridge
from quart_app.dashboard.pictures.pareto import pareto
from quart_app.dashboard.pictures.timeline import timeline
from quart_app.dashboard.pictures.week import week
from quart_app.dashboard.report.cells import CellWriter
from quart_app.reports.models import Table

if TYPE_CHECKING:
    from quart_app.dashboard.languages import Language

_PICTURES: Mapping[str, Callable[[Table, "Language"], Markup | None]] = {
    "summary": bridge,
    "timeline": timeline,
    "hours": week,
    "abc": pareto,
}
# The column that names a bar, and the one that is its length.
_BARS = {
    "stores": ("address", "revenue"),
    "products": ("name", "revenue"),
    "categories": ("category", "revenue"),
    "tenders": ("tender", "amount"),
    "promotions": ("promo_code", "revenue"),
}


def chart_of(table: Table, language: "Language", writer: CellWriter) -> Markup | None:
    """The picture of a table; None where its report has none, or there is nothing to draw."""
    if (named := _BARS.get(table.report.name)) is not None:
        return bars(table, language, writer, *named)
    draw = _PICTURES.get(table.report.name)
    return None if draw is None else draw(table, language)
