"""A row of the table: two sides that do the same work, and how they are to compare."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from benchmarks.plan import Plan
from benchmarks.workshop import Workshop


class NotRun(Exception):
    """A row that cannot be measured here, with the reason; never a row that failed."""


class RowFailed(Exception):
    """A row that ran and gave a wrong answer: its figures would mean nothing."""


@dataclass(frozen=True)
class Sample:
    """One side's figure in one round, and how to show the side's median round."""

    figure: float
    shown: str


@dataclass(frozen=True)
class Contest:
    """Both sides, set up and warm; each call measures once."""

    ours: Callable[[], Sample]
    other: Callable[[], Sample]


@dataclass(frozen=True)
class Measure:
    """How two figures become the one that the goal speaks of."""

    compare: Callable[[float, float], float]
    shown: str
    """A format for the compared figure."""
    better: str
    """``≥`` where more is better, ``≤`` where less is."""


RATE = Measure(lambda ours, other: ours / other, "{:.2f}", "≥")
"""Requests a second: how many times as many we take."""
SPEED = Measure(lambda ours, other: other / ours, "{:.2f}", "≥")
"""Times: how many times as fast we are."""
TIME = Measure(lambda ours, other: ours / other, "{:.2f}", "≤")
"""Times: how many times as long we take."""
EXTRA = Measure(lambda ours, other: ours - other, "{:+.0f} MB", "≤")
"""Megabytes: how many more we hold."""


@dataclass(frozen=True)
class Row:
    """One comparison, by a name that can be given on the command line."""

    name: str
    what: str
    against: str
    measure: Measure
    goal: float | None
    """None where a figure is shown and nothing was promised."""
    contest: Callable[[Workshop], AbstractContextManager[Contest]]
    lines: int | None = None
    """A row about so many lines is for plans that have them; None is for all."""
    kind: str = ""
    """What rows have in common whose median is told."""
    quick: bool = False
    """Whether a round is so short that there are as many rounds as there are starts."""

    def belongs_to(self, plan: Plan) -> bool:
        """Whether the plan has what this row is about."""
        return self.lines in (None, plan.report_lines, plan.many_lines)

    def met(self, compared: float) -> bool:
        """Whether the compared figure reaches the goal, where there is one."""
        if self.goal is None:
            return True
        return compared >= self.goal if self.measure.better == "≥" else compared <= self.goal
