"""What the charts that are stretched over any room have in common: lines behind, strips in front.

Each has a grid of its own, in whole units; lines keep their width, and words stand outside it.
"""

from collections.abc import Iterable, Sequence

import msgspec
from markupsafe import Markup, escape

WIDTH, HEIGHT = 1_440, 480


class Hover(msgspec.Struct, frozen=True):
    """A strip of the chart from one place to another, and what is said of it."""

    start: int
    end: int
    text: str


def framed(
    drawn: Iterable[str],
    strips: Sequence[Hover],
    *,
    title: str,
    lines: Iterable[int],
    width: int = WIDTH,
) -> Markup:
    """A drawing, over lines at some heights and below strips that say what they are over."""
    size = f'viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none"'
    parts = [f'<svg class="curve" {size} role="img" aria-label="{escape(title)}">']
    parts += [f'<path class="grid" d="M0 {line}H{width}"/>' for line in lines]
    parts += drawn
    parts += [
        f'<rect class="hover" x="{strip.start}" y="0" '
        f'width="{strip.end - strip.start}" height="{HEIGHT}">'
        f"<title>{escape(strip.text)}</title></rect>"
        for strip in strips
    ]
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - texts are escaped above
