"""Words along a chart, each where it belongs."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup, escape

from quart_app.dashboard.charts.places import WHOLE, percent

_NEAR_THE_END = 300
_MOST_ON_A_PHONE = 4


class Label(msgspec.Struct, frozen=True):
    """A word at a place."""

    place: int
    text: str


def axis(labels: Sequence[Label], width: int) -> Markup:
    """The words from left to right; on a phone every second, third or so."""
    every = max(-(-len(labels) // _MOST_ON_A_PHONE), 1)
    parts = ['<svg class="words" aria-hidden="true">']
    for i, label in enumerate(labels):
        at = min(max(label.place * WHOLE // max(width, 1), 0), WHOLE)
        is_last = at > WHOLE - _NEAR_THE_END
        names = "last" * is_last + " more" * bool(i % every)
        shown = f' class="{names.strip()}"' if names else ""
        x = percent(WHOLE if is_last else at)
        parts.append(f'<text{shown} x="{x}" y="1em">{escape(label.text)}</text>')
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - texts are escaped above
