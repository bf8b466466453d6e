"""Our reports on many lines beside the same on fewer: what is read is totals, not lines."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from benchmarks.plan import FULL, SHORT
from benchmarks.report_list import COMPLETENESS, REPORTS, Report
from benchmarks.reports import measure, service_on
from benchmarks.row import TIME, Contest, Row
from benchmarks.workshop import Workshop

_LONGER = 1.2


def _contest(
    report: Report, many: int, fewer: int
) -> Callable[[Workshop], AbstractContextManager[Contest]]:
    @contextmanager
    def contest(shop: Workshop) -> Iterator[Contest]:
        large, small = service_on(shop, many), service_on(shop, fewer)
        yield Contest(
            lambda: measure(shop, large, report.path), lambda: measure(shop, small, report.path)
        )

    return contest


ROWS = [
    Row(
        f"report-{report.name}-{plan.many_lines}",
        f"{report.name} of a month, {plan.many_lines:,} lines",
        f"ours, {plan.report_lines:,} lines",
        TIME,
        _LONGER,
        _contest(report, plan.many_lines, plan.report_lines),
        lines=plan.many_lines,
        kind="sizes",
    )
    for plan in (SHORT, FULL)
    for report in (*REPORTS, COMPLETENESS)
]
