"""The table at the end: each fault, how often, and what it cost.

Named by the tests' first conftest, since what a worker found is told by the one that leads them.
"""

from collections.abc import Generator
from dataclasses import asdict, dataclass

import pytest
from _pytest.terminal import TerminalReporter


@dataclass
class Row:
    """What a test found out about a fault."""

    fault: str
    runs: int = 0
    acknowledged: int = 0
    lost: int = 0
    double: int = 0
    note: str = ""
    verdict: str = ""


ROW = pytest.StashKey[Row]()
_rows = pytest.StashKey[dict[str, Row]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(name): a row of the table of faults")
    config.stash[_rows] = {}
    config.pluginmanager.register(_Collector(config.stash[_rows]))


class _Collector:
    """Reads the rows off the reports, which may come from workers."""

    def __init__(self, rows: dict[str, Row]) -> None:
        self._rows = rows

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = getattr(report, "fault", None)
        if found is not None:
            self._rows[report.nodeid] = Row(**found)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    marker = item.get_closest_marker("fault")
    if marker is not None:
        item.stash[ROW] = Row(marker.args[0])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    row = item.stash.get(ROW, None)
    if row is not None:
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            row.verdict = reason.removeprefix("Skipped: ") or "not run"
        elif report.failed:
            row.verdict = "failed"
        elif report.when == "call":
            row.verdict = "passed"
        report.fault = asdict(row)
    return report


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    rows = sorted(config.stash[_rows].values(), key=lambda row: row.fault)
    if not rows:
        return
    head = ("fault", "runs", "acknowledged", "lost", "double", "verdict", "")
    cells = [
        (
            row.fault,
            f"{row.runs:,}",
            f"{row.acknowledged:,}",
            str(row.lost),
            str(row.double),
            row.verdict or "failed",
            row.note,
        )
        for row in rows
    ]
    widths = [max(len(line[i]) for line in [head, *cells]) for i in range(len(head))]
    terminalreporter.section("faults")
    for line in [head, *cells]:
        texts = [
            cell.rjust(width) if 1 <= i <= 4 else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        terminalreporter.write_line("  ".join(texts).rstrip())
