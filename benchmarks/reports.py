"""Reports over HTTP beside DuckDB and PostgreSQL on the same lines, after comparing answers.

Ours are asked by a client through the loopback and answered as JSON, with names, shares, totals and
what the period lacks; theirs are asked in this process and are done when the rows are Python's.
"""

import hashlib
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks import load, table
from benchmarks.lines import stocked
from benchmarks.machine import processor_time_s
from benchmarks.plan import FULL, SHORT
from benchmarks.postgres import kept_postgres
from benchmarks.report_list import FIRST, LAST, REPORTS, Report
from benchmarks.rivals import duckdb_reports, postgres_reports, report_queries, report_tables
from benchmarks.rounds import Outcome
from benchmarks.row import SPEED, Contest, Row, RowFailed, Sample
from benchmarks.servers import Server, needs, service
from benchmarks.workshop import Workshop


@dataclass(frozen=True)
class Ask:
    """How a rival is asked a query, and whether it works in a process of its own."""

    rows: Callable[[str], list[Any]]
    is_apart: bool = False


_EPOCH = date(1970, 1, 1)
_SIZES = (SHORT.report_lines, FULL.report_lines)
_EACH, _MEDIAN = 2, 3
_PLACES = {
    **dict.fromkeys(("gross", "discounts", "returns", "revenue", "tax", "amount"), 2),
    "quantity": 3,
}


def service_on(shop: Workshop, lines: int) -> Server:
    """The service on so many lines, started once a run."""
    kept: Server = shop.kept(("service", lines), lambda: service(shop, stocked(shop, lines)))
    return kept


def measure(shop: Workshop, server: Server, path: str) -> Sample:
    """How long an answer takes, one after the other; the median, and our processor's time."""
    plan = shop.plan
    job = load.Job(
        server.port, [load.get(path)], HTTPStatus.OK, 1, plan.report_s / 3, plan.report_s
    )
    before = processor_time_s(server.pid)
    result = load.run(job)
    used = (processor_time_s(server.pid) - before) / result.answered
    return _sample(result.p50_s, result.p99_s, used)


def _contest(
    report: Report, lines: int, query: str, ask_of: Callable[[Workshop, int], Ask]
) -> Callable[[Workshop], AbstractContextManager[Contest]]:
    @contextmanager
    def contest(shop: Workshop) -> Iterator[Contest]:
        ask = ask_of(shop, lines)
        server = service_on(shop, lines)
        _compare(report, server, ask.rows(query))
        yield Contest(lambda: measure(shop, server, report.path), lambda: _query(shop, ask, query))

    return contest


def _query(shop: Workshop, ask: Ask, query: str) -> Sample:
    started = time.perf_counter()
    warm = started + shop.plan.report_s / 3
    used_before, asked = time.process_time(), 0
    times: list[float] = []
    while not times or started < warm + shop.plan.report_s:
        ask.rows(query)
        asked += 1
        ended = time.perf_counter()
        if started >= warm:
            times.append(ended - started)
        started = ended
    times.sort()
    # PostgreSQL works in processes of its own; what it uses is not seen here.
    used = None if ask.is_apart else (time.process_time() - used_before) / asked
    return _sample(statistics.median(times), times[int(0.99 * len(times))], used)


def _sample(p50_s: float, p99_s: float, used_s: float | None) -> Sample:
    used = "" if used_s is None else f", CPU {used_s * 1e3:.2f}"
    return Sample(p50_s, f"{p50_s * 1e3:.2f} ms, p99 {p99_s * 1e3:.2f}{used}")


def _compare(report: Report, server: Server, theirs: list[Any]) -> None:
    """RowFailed unless both name the same rows with the same figures."""
    status, body, _ = server.fetch(report.path)
    if status != HTTPStatus.OK:
        raise RowFailed(f"GET {report.path} answered {status}: {body[:300]!r}")
    ours = [
        tuple(_whole(row[name], name) for name in report.columns)
        for row in json.loads(body)["rows"]
    ]
    if "date" in report.columns:
        # Days without a sale are rows of ours only.
        ours = [row for row in ours if any(row[1:])]
    theirs = [tuple("" if cell == "-" else cell for cell in tuple(row)) for row in theirs]
    if ours != theirs:
        raise RowFailed(f"{report.path}: ours {ours[:3]} …, theirs {theirs[:3]} …")


def _whole(figure: Any, name: str) -> Any:
    """A cell as the others have it: whole minor units and thousandths, days since 1970."""
    if name in _PLACES:
        return int(Decimal(figure).scaleb(_PLACES[name]))
    if name in ("date", "last_sold_on") and figure is not None:
        return (date.fromisoformat(figure) - _EPOCH).days
    return figure


def _duckdb(shop: Workshop, lines: int) -> Ask:
    needs("duckdb")
    path = _copied(shop, lines, duckdb_reports)
    if not path.exists():
        folder = shop.new_folder("duckdb")
        duckdb_reports.copy_lines(stocked(shop, lines), folder / "new.duckdb", folder)
        (folder / "new.duckdb").replace(path)
    duckdb = shop.kept(("duckdb", lines), lambda: closing(duckdb_reports.connect(path)))
    return Ask(lambda query: list(duckdb.execute(query, [FIRST, LAST]).fetchall()))


def _postgres(shop: Workshop, lines: int) -> Ask:
    needs("asyncpg")

    @contextmanager
    def connected() -> Iterator[postgres_reports.Postgres]:
        def fill(socket: Path) -> None:
            with closing(postgres_reports.Postgres(socket)) as empty:
                empty.copy_lines(stocked(shop, lines), shop.new_folder("postgres-rows"))

        data = _copied(shop, lines, postgres_reports)
        with (
            kept_postgres(shop, data, postgres_reports.SETTINGS, fill) as socket,
            closing(postgres_reports.Postgres(socket)) as connection,
        ):
            yield connection

    postgres = shop.kept(("postgres", lines), connected)
    return Ask(lambda query: postgres.rows(query, (FIRST, LAST)), is_apart=True)


def _copied(shop: Workshop, lines: int, copier: ModuleType) -> Path:
    """Where the lines are kept for others, under a name that changes with how they are copied."""
    kind = copier.__name__.rpartition(".")[2].removesuffix("_reports")
    parts = [Path(str(made_by.__file__)).read_bytes() for made_by in (report_tables, copier)]
    version = hashlib.sha256(b"".join(parts)).hexdigest()[:6]
    path = stocked(shop, lines).with_suffix(f".{version}.{kind}")
    if not path.exists():
        print(f"  copying {lines:,} lines into {kind}, once", file=sys.stderr)
    return path


def _row(report: Report, lines: int, kind: str) -> Row:
    source = report_queries.LINES
    query, ask = report.query, _duckdb
    goal: int | None = _EACH
    against = f"DuckDB, lines, {duckdb_reports.THREADS} threads"
    if kind == "receipts":
        source, goal = report_queries.RECEIPTS, None
        against = f"DuckDB, receipts only, {duckdb_reports.THREADS} threads"
    elif kind == "postgres":
        query, ask, goal = report.of_postgres or query, _postgres, None
        source = report_queries.RECEIPTS if report.of_receipts else source
        against = "PostgreSQL 15, " + ("receipts" if report.of_receipts else "lines")
    return Row(
        f"report-{report.name}-{kind}-{lines}",
        f"{report.name} of a month, {lines:,} lines",
        against,
        SPEED,
        goal,
        _contest(report, lines, query.format(**source), ask),
        lines=lines,
        kind=kind,
    )


ROWS = [
    _row(report, lines, kind)
    for lines in _SIZES
    for kind in ("duckdb", "receipts", "postgres")
    for report in REPORTS
    if kind != "receipts" or report.of_receipts
]


def medians(outcomes: Sequence[Outcome], judged: bool) -> list[list[str]]:
    """A row for each rival whose reports were all measured: the median of their ratios."""
    summed = []
    for lines in _SIZES:
        for kind, goal in (("duckdb", _MEDIAN), ("postgres", None)):
            of_kind = [one for one in outcomes if (one.row.lines, one.row.kind) == (lines, kind)]
            if len(of_kind) == len(REPORTS):
                what = f"these reports, {lines:,} lines, median"
                median = replace(of_kind[0].row, what=what, against=kind, goal=goal)
                summed.append(table.median_cells(median, of_kind, judged))
    return summed
