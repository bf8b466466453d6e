"""The way from one figure to another: what comes off at each step, and what is left."""

from collections.abc import Sequence

import msgspec


class Step(msgspec.Struct, frozen=True):
    """A bar from ``start`` to ``end``; a total begins at nothing."""

    name: str
    start: int
    end: int
    is_total: bool


def waterfall(figures: Sequence[tuple[str, int, bool]]) -> list[Step]:
    """Names with their figures: totals as they are, what comes off between them from where it was.

    A total is drawn as it was given, never as what the steps before it come to.
    """
    steps = []
    so_far = 0
    for name, figure, is_total in figures:
        start, so_far = (0, figure) if is_total else (so_far, so_far - figure)
        steps.append(Step(name, start, so_far, is_total))
    return steps
