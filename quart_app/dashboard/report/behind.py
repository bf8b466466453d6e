"""Where the receipts behind a row are: the address of their page, by the row's key."""

from collections.abc import Mapping
from typing import Any

from quart_app.dashboard.report.query import OF_PERIOD, Asked, address
from quart_app.reports.explaining import is_explained
from quart_app.reports.models import Table
from quart_app.reports.registry import REPORTS
from quart_app.values.calendar import Day, Period

Link = str | None


def behind_row(table: Table, row: Mapping[str, Any], asked: Asked) -> tuple[Link, Link]:
    """The receipts of a row, and those of the period it is compared with.

    A day's counterpart has another date, which the table does not say.
    """
    report = table.report
    if not is_explained(report):
        return None, None
    key = {name: _text(name, row[name]) for name in report.key}
    # A row of one shop is told by that shop, however many were asked about.
    is_of_shop = "store_id" in key or report.source == "stores"
    kept = ["as_of"] if is_of_shop else ["store_id", "as_of"]
    if "date" in key:
        kept.append("by")
    query = [*asked.given(*kept), *key.items()]
    path = f"{asked.path}/receipts"
    now = address(path, [*asked.given(*OF_PERIOD), *query])
    if table.compared_with is None or "date" in key:
        return now, None
    return now, address(path, [*_days(table.compared_with), *query])


def behind_all(table: Table, asked: Asked) -> tuple[Link, Link]:
    """The receipts of all rows: those of the summary."""
    path = f"/reports/{REPORTS['summary'].name}/receipts"
    if not is_explained(table.report):
        return None, None
    stores = asked.given("store_id", "as_of")
    now = address(path, [*asked.given(*OF_PERIOD), *stores])
    if table.compared_with is None:
        return now, None
    return now, address(path, [*_days(table.compared_with), *stores])


def _days(period: Period) -> list[tuple[str, str]]:
    return [("from", str(Day(period.first))), ("to", str(Day(period.last)))]


def _text(name: str, cell: Any) -> str:
    if cell is None:
        return ""
    return str(Day(cell)) if name == "date" else str(cell)
