"""Bars beside figures: how much each is of the largest."""

import msgspec
from markupsafe import Markup, escape

from quart_app.dashboard.charts.places import WHOLE, percent


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """From ``start`` to ``end``, by a name for style sheets and what is said of it.

    ``mark`` is another figure, drawn across; ``above`` and ``below`` are those at which lines lead
    to the bars there.
    """

    start: int = 0
    end: int
    name: str = "gain"
    title: str = ""
    mark: int | None = None
    above: int | None = None
    below: int | None = None


def bar(figure: int, largest: int) -> Markup:
    """As long as the figure is of the largest; only for the eye, the figure says it too."""
    return drawn(Bar(end=figure), 0, largest)


def drawn(one: Bar, smallest: int, largest: int) -> Markup:
    """A bar on a line from the smallest to the largest, held to it."""
    whole = max(largest - smallest, 1)

    def at(place: int) -> int:
        return (min(max(place, smallest), largest) - smallest) * WHOLE // whole

    left, right = sorted((at(one.start), at(one.end)))
    lines = [
        ("zero", 0 if smallest < 0 else None, (0, 100)),
        ("joint", one.above, (0, 50)),
        ("joint", one.below, (50, 100)),
        ("mark", one.mark, (10, 90)),
    ]
    crossing = [
        f'<line class="{name}" x1="{percent(at(place))}" x2="{percent(at(place))}" '
        f'y1="{top}%" y2="{bottom}%"/>'
        for name, place, (top, bottom) in lines
        if place is not None
    ]
    box = (
        f'<rect class="{escape(one.name)}" x="{percent(left)}" '
        f'width="{percent(right - left)}" height="100%"/>'
    )
    said = f"<title>{escape(one.title)}</title>" if one.title else ""
    # Joints lead up to a bar and go behind it; a mark stands before it.
    parts = [*crossing[:-1], box, *crossing[-1:]] if one.mark is not None else [*crossing, box]
    inside = said + "".join(parts)
    return Markup(f'<svg class="bar" aria-hidden="true">{inside}</svg>')  # noqa: S704 - escaped
