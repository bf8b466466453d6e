"""A heat map: how much in each cell of a table, by how dark it is."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup, escape

from quart_app.dashboard.charts.places import WHOLE, percent

LEVELS = 6
_MOST_LETTERS = 130
"""As many can stand beside each other on a screen of a usual size."""


class Cell(msgspec.Struct, frozen=True):
    """Where it is, how much is in it, the same in short, and all that there is to say."""

    column: int
    row: int
    figure: int
    short: str
    text: str


def level(figure: int, largest: int) -> int:
    """Which of as many equal parts of the largest it is in, from 1; 0 for nothing or less."""
    return min(-(-figure * LEVELS // largest), LEVELS) if figure > 0 and largest else 0


def heat(cells: Sequence[Cell], columns: int, rows: int, *, title: str) -> Markup:
    """Cells in their places; one with less than nothing has an edge and no colour."""
    largest = max((cell.figure for cell in cells), default=0)
    longest = max((len(cell.short) for cell in cells), default=0)
    dense = " dense" if columns * longest > _MOST_LETTERS else ""
    parts = [f'<svg class="heat{dense}" role="img" aria-label="{escape(title)}">']
    for cell in cells:
        left, right = _edges(cell.column, columns)
        top, bottom = _edges(cell.row, rows)
        name = f"q{level(cell.figure, largest)}" if cell.figure >= 0 else "loss"
        parts.append(
            f'<g class="{name}"><title>{escape(cell.text)}</title>'
            f'<rect x="{percent(left)}" y="{percent(top)}" '
            f'width="{percent(right - left)}" height="{percent(bottom - top)}"/>'
            f'<text x="{percent((left + right) // 2)}" y="{percent((top + bottom) // 2)}">'
            f"{escape(cell.short)}</text></g>"
        )
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - texts are escaped above


def _edges(place: int, places: int) -> tuple[int, int]:
    return place * WHOLE // places, (place + 1) * WHOLE // places


def ramp() -> Markup:
    """The colours from the least to the most, for a legend."""
    boxes = (
        f'<g class="q{i + 1}"><rect x="{percent(left)}" y="0" '
        f'width="{percent(right - left)}" height="100%"/></g>'
        for i, (left, right) in enumerate(_edges(place, LEVELS) for place in range(LEVELS))
    )
    return Markup(f'<svg class="ramp" aria-hidden="true">{"".join(boxes)}</svg>')  # noqa: S704
