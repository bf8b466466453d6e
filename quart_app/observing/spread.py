"""How measured values are spread: a histogram of plain integers, cheap enough for every request."""

from bisect import bisect_left
from collections.abc import Sequence

MILLISECOND_NS = 1_000_000
SECOND_NS = 1_000 * MILLISECOND_NS


class Spread:
    """How many values were at most each bound, and their sum."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[int]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        """How many lie between two bounds, the last those above all."""
        self.total = 0

    def add(self, value: int) -> None:
        """Count one more."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def join(self, other: "Spread") -> None:
        """Add what another with the same bounds has counted."""
        for place, count in enumerate(other.counts):
            self.counts[place] += count
        self.total += other.total
