"""Reports over HTTP beside DuckDB in this process, on the same lines, after comparing answers."""

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
from typing import Any

from benchmarks import load, table
from benchmarks.lines import stocked
from benchmarks.plan import FULL, SHORT
from benchmarks.rivals import duckdb_reports
from benchmarks.rounds import Outcome
from benchmarks.row import SPEED, Contest, Row, RowFailed, Sample
from benchmarks.servers import Server, needs, service
from benchmarks.workshop import Workshop

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Report:
    """A report as it is asked of us and of DuckDB."""

    name: str
    what: str
    path: str
    query: str
    first: date
    last: date
    columns: tuple[str, ...]
    """DuckDB's columns by our names."""
    against: str = "DuckDB in process, 2 threads"


_MONTH = "month=2024-10"
_DAYS = "from=2024-10-06&to=2024-10-26"
_FIRST, _LAST = date(2024, 10, 1), date(2024, 10, 31)

_REPORTS = (
    Report(
        "stores",
        "top stores of a month",
        f"/api/v1/reports/top-stores?{_MONTH}",
        duckdb_reports.TOP_STORES,
        _FIRST,
        _LAST,
        ("id", "revenue", "receipts"),
    ),
    Report(
        "heads",
        "top stores of a month",
        f"/api/v1/reports/top-stores?{_MONTH}",
        duckdb_reports.TOP_STORES_FROM_RECEIPTS,
        _FIRST,
        _LAST,
        ("id", "revenue", "receipts"),
        "DuckDB reading the receipts' own totals only",
    ),
    Report(
        "products",
        "top products of a month",
        f"/api/v1/reports/top-products?{_MONTH}",
        duckdb_reports.TOP_PRODUCTS_BY_QUANTITY,
        _FIRST,
        _LAST,
        ("id", "quantity", "revenue"),
    ),
    Report(
        "revenue",
        "top products of a month by revenue",
        f"/api/v1/reports/top-products?{_MONTH}&by=revenue",
        duckdb_reports.TOP_PRODUCTS_BY_REVENUE,
        _FIRST,
        _LAST,
        ("id", "revenue", "quantity"),
    ),
    Report(
        "days",
        "top products of 21 days",
        f"/api/v1/reports/top-products?{_DAYS}",
        duckdb_reports.TOP_PRODUCTS_BY_QUANTITY,
        date(2024, 10, 6),
        date(2024, 10, 26),
        ("id", "quantity", "revenue"),
    ),
)


def _of_month(name: str, query: str, *columns: str) -> Report:
    path = f"/api/v1/reports/{name}?{_MONTH}"
    return Report(name, f"{name} of a month", path, query, _FIRST, _LAST, columns)


_HEADS = ("gross", "discounts", "revenue", "receipts")
_OTHERS = (
    _of_month("summary", duckdb_reports.SUMMARY, *_HEADS),
    replace(_of_month("stores", duckdb_reports.STORES, "id", *_HEADS), name="every-store"),
    replace(
        _of_month(
            "products",
            duckdb_reports.PRODUCTS,
            *("id", "quantity", "gross", "discounts", "revenue"),
        ),
        name="every-product",
    ),
    _of_month("categories", duckdb_reports.CATEGORIES, "category", "gross", "discounts", "revenue"),
    _of_month("timeline", duckdb_reports.TIMELINE, "date", *_HEADS),
    _of_month("hours", duckdb_reports.HOURS, "weekday", "hour", "receipts", "revenue"),
    _of_month("abc", duckdb_reports.ABC, "id", "revenue", "class"),
    _of_month("idle-products", duckdb_reports.IDLE, "id", "last_sold_on"),
    _of_month("tenders", duckdb_reports.TENDERS, "tender", "receipts", "amount"),
    _of_month(
        "tills",
        duckdb_reports.TILLS,
        *("store_id", "till_id", "cashier_id", "receipts", "revenue"),
    ),
    _of_month(
        "promotions", duckdb_reports.PROMOTIONS, "promo_code", "receipts", "discounts", "revenue"
    ),
)
_EVERY = (*_REPORTS, *_OTHERS)
_SIZES = sorted({*SHORT.report_lines, *FULL.report_lines})
_MEDIAN_GOAL = 3
_PLACES = {"revenue": 2, "gross": 2, "discounts": 2, "amount": 2, "quantity": 3}


def _contest(report: Report, lines: int) -> Callable[[Workshop], AbstractContextManager[Contest]]:
    @contextmanager
    def contest(shop: Workshop) -> Iterator[Contest]:
        needs("duckdb")
        database = stocked(shop, lines)
        with (
            service(shop, database) as server,
            closing(duckdb_reports.connect(_duckdb_file(shop, database))) as duckdb,
        ):
            _compare(report, server, duckdb)
            yield Contest(
                lambda: _measure(shop, server, report), lambda: _query(shop, duckdb, report)
            )

    return contest


def _measure(shop: Workshop, server: Server, report: Report) -> Sample:
    plan = shop.plan
    request = load.get(report.path)
    job = load.Job(server.port, [request], HTTPStatus.OK, 1, plan.report_s / 3, plan.report_s)
    return load.median_time(load.run(job))


def _query(shop: Workshop, duckdb: Any, report: Report) -> Sample:
    started = time.perf_counter()
    warm = started + shop.plan.report_s / 3
    times: list[float] = []
    while not times or started < warm + shop.plan.report_s:
        duckdb.execute(report.query, _bounds(report)).fetchall()
        ended = time.perf_counter()
        if started >= warm:
            times.append(ended - started)
        started = ended
    median = statistics.median(times)
    slowest = sorted(times)[int(0.99 * len(times))]
    return Sample(median, f"{median * 1000:.2f} ms, p99 {slowest * 1000:.2f}")


def _compare(report: Report, server: Server, duckdb: Any) -> None:
    """RowFailed unless both name the same rows with the same figures."""
    status, body, _ = server.fetch(report.path)
    if status != HTTPStatus.OK:
        raise RowFailed(f"GET {report.path} answered {status}: {body[:300]!r}")
    ours = [
        tuple(_whole(row[name], name) for name in report.columns)
        for row in json.loads(body)["rows"]
    ]
    theirs = duckdb.execute(report.query, _bounds(report)).fetchall()
    theirs = [tuple("" if cell == "-" else cell for cell in row) for row in theirs]
    if ours != theirs:
        raise RowFailed(f"{report.path}: ours {ours[:3]} …, DuckDB {theirs[:3]} …")


def _whole(figure: Any, name: str) -> Any:
    """A cell as DuckDB has it: whole minor units and thousandths, days since 1970."""
    if name in _PLACES:
        return int(Decimal(figure).scaleb(_PLACES[name]))
    if name == "class":
        return int(figure == "A")
    if name in ("date", "last_sold_on") and figure is not None:
        return (date.fromisoformat(figure) - _EPOCH).days
    return figure


def _bounds(report: Report) -> list[int]:
    return [(day - _EPOCH).days for day in (report.first, report.last)]


def _duckdb_file(shop: Workshop, database: Path) -> Path:
    version = hashlib.sha256(Path(duckdb_reports.__file__).read_bytes()).hexdigest()[:6]
    path = database.with_suffix(f".{version}.duckdb")
    if not path.exists():
        print("  copying them into DuckDB, once", file=sys.stderr)
        folder = shop.new_folder("duckdb")
        duckdb_reports.copy_lines(database, folder / "new.duckdb", folder)
        (folder / "new.duckdb").replace(path)
    return path


ROWS = [
    Row(
        f"report-{report.name}-{lines}",
        f"{report.what}, {lines:,} lines",
        report.against,
        SPEED,
        2,
        _contest(report, lines),
        lines=lines,
    )
    for lines in _SIZES
    for report in _EVERY
]


def medians(outcomes: Sequence[Outcome], judged: bool) -> list[list[str]]:
    """A row for each size all of whose reports were measured: in the median we are to do more."""
    summed = []
    for lines in _SIZES:
        of_size = [outcome for outcome in outcomes if outcome.row.lines == lines]
        if len(of_size) == len(_EVERY):
            median = replace(
                of_size[0].row,
                what=f"these reports, {lines:,} lines, median",
                against="DuckDB",
                goal=_MEDIAN_GOAL,
            )
            summed.append(table.median_cells(median, of_size, judged))
    return summed
