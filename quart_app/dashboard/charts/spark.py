"""A small line without axes: how something went lately."""

from collections.abc import Sequence

from markupsafe import Markup, escape

_WIDTH, _HEIGHT, _MARGIN = 140, 40, 3


def spark(figures: Sequence[int], *, title: str) -> Markup:
    """The figures from left to right, from nothing (or the smallest below) up to the largest."""
    if len(figures) < 2 or not any(figures):
        return Markup("")
    low, high = min(0, *figures), max(figures)
    room = _HEIGHT - 2 * _MARGIN
    points = [
        (
            i * _WIDTH // (len(figures) - 1),
            _HEIGHT - _MARGIN - (figure - low) * room // max(high - low, 1),
        )
        for i, figure in enumerate(figures)
    ]
    way = "L".join(f"{x} {y}" for x, y in points)
    end_x, end_y = points[-1]
    return Markup(  # noqa: S704 - the title is escaped
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" '
        f'role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>'
        f'<path d="M{way}"/><path class="end" d="M{end_x} {end_y}h0"/></svg>'
    )
