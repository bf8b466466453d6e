"""Lines of what adds up: a day by its hours with the same last week, or shares of a whole."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from quart_app.dashboard.charts.frame import HEIGHT, WIDTH, Hover, framed

_TENTHS = (10, 12, 15, 20, 25, 30, 40, 50, 60, 80)


class Line(msgspec.Struct, frozen=True):
    """A line by its name for style sheets, and its points: a place from the left, a figure."""

    name: str
    points: Sequence[tuple[int, int]]
    is_filled: bool = False


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

    parts = []
    for line in lines:
        if line.points:
            way = "L".join(f"{x(place)} {y(figure)}" for place, figure in line.points)
            if line.is_filled:
                start, end = x(line.points[0][0]), x(line.points[-1][0])
                parts.append(f'<path class="area {line.name}" d="M{way}L{end} {HEIGHT}H{start}Z"/>')
            parts.append(f'<path class="line {line.name}" d="M{way}"/>')
    ended = next((line for line in lines if line.name == "now" and line.points), None)
    if ended is not None:
        place, figure = ended.points[-1]
        parts.append(f'<path class="dot" d="M{x(place)} {y(figure)}h0"/>')
    strips = [
        msgspec.structs.replace(hover, start=x(hover.start), end=x(hover.end)) for hover in hovers
    ]
    quarters = (HEIGHT * part // 4 for part in (0, 1, 2, 3, 4))
    return framed(parts, strips, title=title, lines=quarters)
