"""The slowest answers of a report while sales arrive, beside those while nothing happens."""

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http import HTTPStatus

from benchmarks import load
from benchmarks.chain import Chain
from benchmarks.lines import stocked
from benchmarks.plan import FULL, SHORT
from benchmarks.posts import NUMBERS_A_ROUND, requests
from benchmarks.report_list import REPORTS, Report
from benchmarks.row import TIME, Contest, Row, RowFailed, Sample
from benchmarks.servers import Server, service
from benchmarks.workshop import Workshop

_LONGER = 3
_MEASURED = ("summary", "top-stores", "top-products", "timeline", "products")
# The 99th percentile needs more answers than a median.
_AS_LONG = 4
_rounds = itertools.count(1)


def _contest(report: Report, lines: int) -> Callable[[Workshop], AbstractContextManager[Contest]]:
    @contextmanager
    def contest(shop: Workshop) -> Iterator[Contest]:
        server = shop.kept(("written to", lines), lambda: _on_a_copy(shop, lines))
        posted = requests(Chain(shop.plan.stores, shop.plan.products))
        yield Contest(
            lambda: _while_sales_arrive(shop, server, report, posted),
            lambda: _sample(_ask(shop, server, report)),
        )

    return contest


@contextmanager
def _on_a_copy(shop: Workshop, lines: int) -> Iterator[Server]:
    database = shop.new_folder("data") / "sales.db"
    shutil.copyfile(stocked(shop, lines), database)
    with service(shop, database) as server:
        yield server


def _ask(shop: Workshop, server: Server, report: Report) -> load.Load:
    measured_s = _AS_LONG * shop.plan.report_s
    asked = [load.get(report.path)]
    return load.run(
        load.Job(server.port, asked, HTTPStatus.OK, 1, shop.plan.report_s / 3, measured_s)
    )


def _while_sales_arrive(
    shop: Workshop, server: Server, report: Report, posted: list[tuple[str, str]]
) -> Sample:
    plan = shop.plan
    arriving = load.Job(
        port=server.port,
        requests=posted,
        status=HTTPStatus.CREATED,
        connections=plan.connections,
        warm_up_s=plan.report_s,
        measured_s=_AS_LONG * plan.report_s,
        first_number=next(_rounds) * NUMBERS_A_ROUND,
        most_a_second=plan.sales_a_second,
    )
    arrived: list[load.Load] = []
    posting = threading.Thread(target=lambda: arrived.append(load.run(arriving)))
    posting.start()
    try:
        asked = _ask(shop, server, report)
    finally:
        posting.join()
    if not arrived:
        raise RowFailed("the sales that were to arrive did not")
    return _sample(asked, f", {arrived[0].per_second:,.0f} sales/s")


def _sample(asked: load.Load, more: str = "") -> Sample:
    shown = f"p99 {asked.p99_s * 1e3:.2f} ms, p50 {asked.p50_s * 1e3:.2f}{more}"
    return Sample(asked.p99_s, shown)


ROWS = [
    Row(
        f"report-{report.name}-busy-{plan.report_lines}",
        f"{report.name}, {plan.sales_a_second:,} sales a second, {plan.report_lines:,} lines",
        "the same at rest",
        TIME,
        _LONGER,
        _contest(report, plan.report_lines),
        lines=plan.report_lines,
        kind="busy",
    )
    for plan in (SHORT, FULL)
    for report in REPORTS
    if report.name in _MEASURED
]
