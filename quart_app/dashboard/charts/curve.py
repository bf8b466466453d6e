"""Two lines of one day: how much had come in by each hour, and the same last week."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup, escape

WIDTH, HEIGHT = 1_440, 480
"""The grid. It is stretched to whatever room there is; lines keep their width."""

_TENTHS = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)


class Line(msgspec.Struct, frozen=True):
    """A line by its name for style sheets, and its points: a place from the left, a figure."""

    name: str
    points: Sequence[tuple[int, int]]


class Hover(msgspec.Struct, frozen=True):
    """A strip of the chart from one place to another, and what is said of it."""

    start: int
    end: int
    text: str


def nice_top(largest: int) -> int:
    """The smallest round figure that is no smaller, so that its half is round as well."""
    power = 10
    while power * 10 < largest:
        power *= 10
    steps = (tenths * power // 10 for tenths in _TENTHS)
    return next((step for step in steps if step >= largest), 10 * power)


def curve(
    lines: Sequence[Line], span: tuple[int, int], top: int, *, title: str, hovers: Sequence[Hover]
) -> Markup:
    """Lines over a span of places, figures from nothing to ``top``; negative ones are cut off."""
    first, last = span
    wide = max(last - first, 1)

    def x(place: int) -> int:
        return (place - first) * WIDTH // wide

    def y(figure: int) -> int:
        return HEIGHT - min(max(figure, 0), top) * HEIGHT // max(top, 1)

    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none"'
    parts = [f'<svg class="curve" {size} role="img" aria-label="{escape(title)}">']
    parts += [
        f'<path class="grid" d="M0 {HEIGHT * part // 4}H{WIDTH}"/>' for part in (0, 1, 2, 3, 4)
    ]
    for line in lines:
        if line.points:
            way = "L".join(f"{x(place)} {y(figure)}" for place, figure in line.points)
            if line.name == "now":
                start, end = x(line.points[0][0]), x(line.points[-1][0])
                parts.append(f'<path class="area" d="M{way}L{end} {HEIGHT}L{start} {HEIGHT}Z"/>')
            parts.append(f'<path class="line {line.name}" d="M{way}"/>')
    ended = next((line for line in lines if line.name == "now" and line.points), None)
    if ended is not None:
        place, figure = ended.points[-1]
        parts.append(f'<path class="dot" d="M{x(place)} {y(figure)}h0"/>')
    parts += [
        f'<rect class="hover" x="{x(hover.start)}" y="0" width="{x(hover.end) - x(hover.start)}" '
        f'height="{HEIGHT}"><title>{escape(hover.text)}</title></rect>'
        for hover in hovers
    ]
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - texts are escaped above
