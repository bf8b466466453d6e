"""A B A B …: both sides in turn, so that what disturbs the machine disturbs both."""

import statistics
from dataclasses import dataclass

from benchmarks.machine import BUSY_SHARE, Meter
from benchmarks.row import Contest, Row, Sample


@dataclass(frozen=True)
class Round:
    """Both sides measured once, one right after the other."""

    ours: Sample
    other: Sample
    busy_share: float
    """The share of the machine that went to something else meanwhile, 0 to 1."""


@dataclass(frozen=True)
class Outcome:
    """All rounds of one row."""

    row: Row
    rounds: list[Round]

    @property
    def ours(self) -> str:
        """Our median round, as the row shows it."""
        return _median([each.ours for each in self.rounds]).shown

    @property
    def other(self) -> str:
        """The other side's median round."""
        return _median([each.other for each in self.rounds]).shown

    @property
    def compared(self) -> list[float]:
        """The compared figure of every round, from the smallest."""
        return sorted(
            self.row.measure.compare(each.ours.figure, each.other.figure) for each in self.rounds
        )

    @property
    def median(self) -> float:
        """The median of the rounds' own ratios: a slow minute falls on both of its sides."""
        return statistics.median(self.compared)

    @property
    def busy(self) -> int:
        """How many rounds the machine was busy with something else."""
        return sum(each.busy_share > BUSY_SHARE for each in self.rounds)


def play(row: Row, contest: Contest, rounds: int) -> Outcome:
    """Measure both sides in turn; who goes first changes from round to round."""
    played = []
    for number in range(rounds):
        meter = Meter()
        if number % 2:
            other, ours = contest.other(), contest.ours()
        else:
            ours, other = contest.ours(), contest.other()
        played.append(Round(ours, other, meter.busy_share()))
    return Outcome(row, played)


def _median(samples: list[Sample]) -> Sample:
    return sorted(samples, key=lambda sample: sample.figure)[len(samples) // 2]
