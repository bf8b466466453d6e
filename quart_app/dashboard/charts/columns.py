"""Columns over a line: how much each day, week or month was, and how much it had been before."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from quart_app.dashboard.charts.frame import HEIGHT, Hover, framed
from quart_app.dashboard.charts.scale import Scale

SLOT = 12
"""How wide a column is with its gap."""
_MOST_WITH_GAPS = 100


def columns(
    figures: Sequence[int],
    before: Sequence[int | None],
    scale: Scale,
    *,
    title: str,
    texts: Sequence[str],
) -> Markup:
    """A column for each figure, up or down from nothing, and a line in steps for what was before.

    ``before`` is empty where nothing is compared; the line has a gap where it has None.
    """
    # Many columns are one shape without gaps: between them there would be nothing but flicker.
    gap = 2 if len(figures) <= _MOST_WITH_GAPS else 0
    zero = _height(0, scale)
    drawn = []
    for name, shown in (("gain", range(1, scale.high + 1)), ("loss", range(scale.low, 0))):
        boxes = [
            f"M{i * SLOT + gap} {zero}V{_height(figure, scale)}h{SLOT - 2 * gap}V{zero}Z"
            for i, figure in enumerate(figures)
            if figure in shown
        ]
        if boxes:
            drawn.append(f'<path class="{name}" d="{"".join(boxes)}"/>')
    way = "".join(_steps(before, scale))
    if way:
        # The line is seen against columns and paper alike, since it has an edge of its own.
        drawn += [f'<path class="{name}" d="{way}"/>' for name in ("past-edge", "past")]
    width = max(len(figures), 1) * SLOT
    drawn.append(f'<path class="zero" d="M0 {zero}H{width}"/>')
    strips = [Hover(i * SLOT, (i + 1) * SLOT, text) for i, text in enumerate(texts)]
    lines = (_height(tick, scale) for tick in scale.ticks)
    return framed(drawn, strips, title=title, lines=lines, width=width)


def _height(figure: int, scale: Scale) -> int:
    return HEIGHT * (scale.high - figure) // (scale.high - scale.low)


def _steps(before: Sequence[int | None], scale: Scale) -> Iterator[str]:
    drawing = False
    for i, figure in enumerate(before):
        if figure is not None:
            at = _height(figure, scale)
            yield f"V{at}" if drawing else f"M{i * SLOT} {at}"
            yield f"h{SLOT}"
        drawing = figure is not None
