"""The one table that a run prints."""

import statistics
from collections.abc import Sequence

from benchmarks.rounds import Outcome
from benchmarks.row import Row

_HEADINGS = ("what", "against", "ours", "the other", "ratio (lowest to highest)", "goal", "rounds")


def cells(outcome: Outcome, judged: bool) -> list[str]:
    """The cells of a row that was measured; judged by its goal where the sizes allow it."""
    row, compared = outcome.row, outcome.compared
    shown = row.measure.shown.format
    spread = f" ({shown(compared[0])} to {shown(compared[-1])})" if len(compared) > 1 else ""
    rounds = str(len(outcome.rounds)) + (f" ({outcome.busy} busy)" if outcome.busy else "")
    return [
        row.what,
        row.against,
        outcome.ours,
        outcome.other,
        shown(outcome.median) + spread,
        _goal(row, outcome.median if judged else None),
        rounds,
    ]


def reason_cells(row: Row, reason: str) -> list[str]:
    """The cells of a row without figures, which says why."""
    return [row.what, row.against, reason, "", "", _goal(row, None), "0"]


def median_cells(row: Row, outcomes: Sequence[Outcome], judged: bool) -> list[str]:
    """The cells of a row that sums others up: the median of their ratios."""
    median = statistics.median(outcome.median for outcome in outcomes)
    shown = row.measure.shown.format(median)
    goal = _goal(row, median if judged else None)
    return [row.what, row.against, "", "", shown, goal, f"{len(outcomes)} rows"]


def render(rows: Sequence[Sequence[str]]) -> str:
    """The rows under their headings, in columns that line up, readable as Markdown."""
    columns = zip(_HEADINGS, *rows, strict=True)
    widths = [max(map(len, column)) for column in columns]
    rule = ["-" * width for width in widths]
    return "\n".join(_line(cells, widths) for cells in (_HEADINGS, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"


def _goal(row: Row, compared: float | None) -> str:
    if row.goal is None:
        return ""
    figure = row.measure.shown.format(row.goal) if "MB" in row.measure.shown else f"{row.goal:g}"
    verdict = "" if compared is None else (" met" if row.met(compared) else " missed")
    return f"{row.measure.better} {figure}{verdict}"
