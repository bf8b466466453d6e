"""The only place that asks the machine for the time; everything else is given a clock."""

import time
from typing import Protocol

from quart_app.values.instant import Instant


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> Instant:
        """The present instant, microseconds in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """The present instant by the machine's clock."""
        return Instant(time.time_ns() // 1_000)


stopwatch = time.perf_counter_ns
"""Nanoseconds of which only differences say something: how long a thing took."""
