"""The card that a picture stands on: what it shows, how to read it, and the picture."""

from typing import Any

from markupsafe import Markup

from quart_app.reports.models import Table

Row = dict[str, Any]


def rows_of(table: Table) -> list[Row]:
    """The rows with their cells by name."""
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def card(heading: str, legend: Markup | str, drawn: Markup) -> Markup:
    """A figure of its own; the table below it says the same."""
    return Markup(
        '<figure class="card picture" aria-labelledby="picture">'
        '<figcaption class="card-heading"><h2 id="picture">{}</h2><p class="legend">{}</p>'
        "</figcaption>{}</figure>"
    ).format(heading, legend, drawn)


def key(name: str, text: str) -> Markup:
    """An entry of a legend."""
    return Markup('<span class="key {}">{}</span>').format(name, text)
