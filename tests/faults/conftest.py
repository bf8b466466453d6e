"""The table at the end: each fault, how often, and what it cost."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from _pytest.terminal import TerminalReporter

from tests.service import Service

Start = Callable[..., Service]
"""Starts a service as ``Service`` does, and sees to it that none outlives its test."""


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


_rows = pytest.StashKey[list[Row]]()
_row = pytest.StashKey[Row]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "fault(name): a row of the table of faults")
    config.stash[_rows] = []


@pytest.fixture
def row(request: pytest.FixtureRequest) -> Row:
    """The row that a test fills in; its marker names it."""
    named: Row = request.node.stash[_row]
    return named


@pytest.fixture
def start() -> Iterator[Start]:
    """Start services; those that still run when the test ends are killed."""
    started = []

    def begin(*arguments: Any, **options: Any) -> Service:
        started.append(Service(*arguments, **options))
        return started[-1]

    yield begin
    for service in started:
        service.client.close()
        if service.process.returncode is None:
            service.process.kill()
            service.process.communicate()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    marker = item.get_closest_marker("fault")
    if marker is not None:
        item.stash[_row] = Row(marker.args[0])
        item.config.stash[_rows].append(item.stash[_row])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    row = item.stash.get(_row, None)
    if row is not None:
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
            row.verdict = reason.removeprefix("Skipped: ") or "not run"
        elif report.failed:
            row.verdict = "failed"
        elif report.when == "call":
            row.verdict = "passed"
    return report


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash[_rows]
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
