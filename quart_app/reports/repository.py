"""Runs the reports' SQL files: puts measures, totals, an order and a limit around them.

``NAME.sql`` answers for the whole chain, and for some shops unless there is
``NAME-of-stores.sql``; ``NAME-as-of.sql`` answers as of an instant. ``NAME-total.sql`` reads the
totals of the whole chain where adding up the rows would read more.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from quart_app.database.transaction import Reading
from quart_app.reports.measures import MEASURES
from quart_app.reports.models import Column, Figures, Report
from quart_app.reports.shares import SHARES

Values = Mapping[str, object]
_SQL = resources.files("quart_app.reports") / "sql"
_FIRST_OFFSET, _WIDER, _WIDEST = 10, 4, 6_000
_CANDIDATES = "candidates AS ("
_RANKED_BY = {"-quantity": "candidates-by-quantity", "-revenue": "candidates-by-revenue"}


@cache
def text_of(name: str) -> str:
    """A file of ``reports/sql`` as a part of a statement."""
    return (_SQL / f"{name}.sql").read_text("utf-8").rstrip().removesuffix(";")


@cache
def _is_there(name: str) -> bool:
    return (_SQL / f"{name}.sql").is_file()


def source_of(report: Report, values: Values) -> str:
    """The file that answers: of an instant, of some shops, or of the whole chain."""
    if values["as_of"] is not None:
        return f"{report.source}-as-of"
    of_stores = f"{report.source}-of-stores"
    if values["store_ids"] is not None and _is_there(of_stores):
        return of_stores
    return report.source


async def figures(
    reading: Reading, report: Report, values: Values, order: tuple[str, ...]
) -> Figures:
    """The rows in their order, no more than ``limit``, and the totals of all there are."""
    source = source_of(report, values)
    ranking = _RANKED_BY.get(order[0]) if order else None
    if source == "products" and ranking is not None and values["limit"] != -1:
        first = await _first(reading, report, values, order, ranking)
        if first is not None:
            return first
    return _read(report, await _rows(reading, report, statement(report, source, order), values))


async def figures_of(reading: Reading, report: Report, values: Values) -> Figures:
    """The rows of certain products, ``product_ids``, and the totals of all."""
    source = source_of(report, values)
    if source == "products":
        sql = statement(report, "products-picked", (), "candidates-given")
    else:
        sql = statement(report, source, ())
    return _read(report, await _rows(reading, report, sql, values))


@cache
def statement(
    report: Report, source: str, order: tuple[str, ...], candidates: str | None = None
) -> str:
    """The whole statement; its cells are ``c0`` to the last, see ``_cells``."""
    parts = _parts(report)
    chosen = f"{_CANDIDATES}\n{text_of(candidates)}\n),\n" if candidates else ""
    if report.beside is not None:
        chosen += f"{report.beside} AS (\n{text_of(report.beside)}\n),\n"
    total_of = f"{report.source}-total"
    of_chain = source in (report.source, f"{report.source}-picked")
    totalled = f"(\n{text_of(total_of)}\n)" if of_chain and _is_there(total_of) else "found"
    total = ",\n       ".join(f"COALESCE(SUM({part}), 0) AS {part}" for part in parts) or "COUNT(*)"
    cells = [*_cells(report)]
    if candidates:
        cells.append("(SELECT MAX(bound) FROM candidates)")
    selected = ",\n       ".join(f"{cell} AS c{i}" for i, cell in enumerate(cells))
    ordered = ",\n          ".join((*map(_ordering, order), *(f"found.{k}" for k in report.key)))
    return f"""
WITH {chosen}found AS (
{text_of(source)}
),
total AS (
SELECT {total}
  FROM {totalled}
)
SELECT {selected}
  FROM {"total LEFT JOIN found ON TRUE" if report.key else "found CROSS JOIN total"}
{f" ORDER BY {ordered}" if ordered else ""}
 LIMIT :limit
"""


def _ordering(column: str) -> str:
    name = column.removeprefix("-")
    # A share is in the order of what it is the share of.
    name = "revenue" if name in SHARES else name
    formula = MEASURES[name].of("found") if name in MEASURES else f"found.{name}"
    return f"{formula} DESC" if column.startswith("-") else formula


def _parts(report: Report) -> tuple[str, ...]:
    named = (column.name for column in report.columns if column.name in MEASURES)
    return tuple(dict.fromkeys(part for name in named for part in MEASURES[name].parts))


def _cells(report: Report) -> list[str]:
    """The SQL of each column that is read, then of each total."""
    cells = []
    for column in _read_columns(report):
        measure = MEASURES.get(column.name)
        cells.append(f"found.{column.name}" if measure is None else measure.of("found"))
    return cells + [MEASURES[name].of("total") for name in _summed(report)]


def _read_columns(report: Report) -> list[Column]:
    return [column for column in report.columns if column.name not in SHARES]


def _summed(report: Report) -> list[str]:
    return [
        column.name
        for column in report.columns
        if column.name in MEASURES and column.name not in report.unsummed
    ]


async def _rows(reading: Reading, report: Report, sql: str, values: Values) -> list[Any]:
    # With candidates there is one cell more: the bound.
    width = len(_cells(report)) + (_CANDIDATES in sql)
    return await reading.packed([f"c{i}" for i in range(width)], sql, values)


def _read(report: Report, rows: list[Any]) -> Figures:
    width, summed = len(_read_columns(report)), _summed(report)
    sums = rows[0][width : width + len(summed)] if rows else (0,) * len(summed)
    found = [row[:width] for row in _with_key(report, rows)]
    return Figures(found, dict(zip(summed, sums, strict=True)))


def _with_key(report: Report, rows: list[Any]) -> list[Any]:
    """The rows that are of something: where there is none, the totals still have a row."""
    if not report.key:
        return rows
    at = [column.name for column in _read_columns(report)].index(report.key[0])
    return [row for row in rows if row[at] is not None]


async def _first(
    reading: Reading, report: Report, values: Values, order: tuple[str, ...], ranking: str
) -> Figures | None:
    """The first products, from few candidates; None where that would be no less to read.

    The last of them must have more than any product can have that is no candidate.
    """
    limit = values["limit"]
    assert isinstance(limit, int)
    if "quantity" in ranking and values["unit"] is None:
        return None
    by = [column.name for column in _read_columns(report)].index(order[0][1:])
    sql = statement(report, "products-picked", order, ranking)
    offset = limit + _FIRST_OFFSET
    while offset <= _WIDEST:
        rows = await _rows(reading, report, sql, {**values, "offset": offset})
        rows = _with_key(report, rows)
        if len(rows) < limit:
            # So few were sold that reading all of them is no more.
            return None
        if rows[-1][by] > rows[-1][-1]:
            return _read(report, rows)
        offset *= _WIDER
    return None
