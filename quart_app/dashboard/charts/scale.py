"""Round figures for the lines behind a chart: steps of 1, 2 or 5, and nothing among them."""

import msgspec

_FIRST_DIGITS = (1, 2, 5)


class Scale(msgspec.Struct, frozen=True):
    """From ``low`` to ``high`` in equal steps; nothing is always one of them."""

    low: int
    high: int
    step: int

    @property
    def ticks(self) -> range:
        """The round figures, the smallest first."""
        return range(self.low, self.high + 1, self.step)


def scale_of(smallest: int, largest: int, *, most: int = 5) -> Scale:
    """The smallest round steps of which no more than ``most`` hold both figures and nothing."""
    low, high = min(smallest, 0), max(largest, 0)
    power = 1
    while True:
        for digit in _FIRST_DIGITS:
            step = digit * power
            below, above = -(low // step), -(-high // step)
            if below + above <= most:
                return Scale(-below * step, max(above, 0 if below else 1) * step, step)
        power *= 10
