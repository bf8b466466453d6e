"""Which report has which picture above its table."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from quart_app.dashboard.pictures.bars import bars
from quart_app.dashboard.pictures.bridge import bridge
from quart_app.dashboard.pictures.pareto import pareto
from quart_app.dashboard.pictures.timeline import timeline
from quart_app.dashboard.pictures.week import week
from quart_app.reports.models import Table

if TYPE_CHECKING:
    from quart_app.dashboard.languages import Language

_PICTURES: Mapping[str, Callable[[Table, "Language"], Markup | None]] = {
    "summary": bridge,
    "timeline": timeline,
    "hours": week,
    "abc": pareto,
    "stores": partial(bars, name="address", measure="revenue"),
    "products": partial(bars, name="name", measure="revenue"),
    "categories": partial(bars, name="category", measure="revenue"),
    "tenders": partial(bars, name="tender", measure="amount"),
    "promotions": partial(bars, name="promo_code", measure="revenue"),
}


def chart_of(table: Table, language: "Language") -> Markup | None:
    """The picture of a table; None where its report has none, or there is nothing to draw."""
    draw = _PICTURES.get(table.report.name)
    return None if draw is None else draw(table, language)
