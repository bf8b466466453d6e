"""Runs the reports' SQL files: puts measures, totals, an order and a limit around them.

A report is one statement with one row, so that it is one step of a reader and sees one moment: its
rows, its totals and what its period lacks, each as JSON that the engine makes.

Which file answers is said in ``sources_repository.py``. ``NAME-total.sql`` reads the totals of the
whole chain where adding up the rows would read more.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import msgspec

from quart_app.database.steps import Row
from quart_app.database.transaction import Reading
from quart_app.reports.measures import MEASURES
from quart_app.reports.models import Column, Figures, Ranking, Report
from quart_app.reports.rows import Rows
from quart_app.reports.shares import A_PERCENT, B_PERCENT, CLASS, CUMULATIVE, SHARES
from quart_app.reports.sources_repository import (
    Values,
    is_there,
    read_of,
    rows_of,
    source_of,
    text_of,
)

_FIRST_OFFSET, _WIDER, _WIDEST = 10, 4, 6_000
# So many first ones are nearly all the candidates, and the engine sorts faster without a limit.
_SORTED_WHOLE = 500
_decode = msgspec.json.Decoder(list[tuple[Any, ...]]).decode
_columns_in = msgspec.json.Decoder(list[list[Any]]).decode
_ranking_in = msgspec.json.Decoder(Ranking).decode
_RANKED_BY = {"-quantity": "candidates-by-quantity", "-revenue": "candidates-by-revenue"}
_PICKED = "products-picked"
# What is read of one whole month in place of a source and its candidates.
_OF_MONTH = {
    "candidates-by-revenue": ("products-of-month-by-revenue", "floor-by-revenue"),
}


async def figures(
    reading: Reading, report: Report, values: Values, order: tuple[str, ...]
) -> Figures:
    """The rows in their order, ``limit`` at most after ``skip``, and the totals of all there are.

    Also what the period lacks, where ``values`` has what ``lacking.sql`` asks for, and the ranking
    where it has ``ranking``. The rows of a report of shares so far end with that sum.
    """
    source = await source_of(reading, report, values)
    ranking = _RANKED_BY.get(order[0]) if order else None
    few = values["limit"] != -1 and "ranking" not in values
    if source == "products" and ranking is not None and few:
        first = await first_by_rank(reading, report, values, order, ranking)
        if first is not None:
            return first
    return await found_by(reading, report, values, source, order)


async def figures_of(reading: Reading, report: Report, values: Values) -> Figures:
    """The rows of certain products, ``product_ids``, and the totals of all."""
    source = await source_of(reading, report, values)
    is_of_stores = report.source == "products" and bool(read_of(source))
    # Of the products of one unit only the lines themselves tell what all add up to.
    if source == "products" or (is_of_stores and values["unit"] is None):
        picked = source if is_of_stores else _PICKED
        cells = await _cells_of(reading, report, values, picked, (), "candidates-given")
        return _read(report, cells)
    return await found_by(reading, report, {**values, "product_ids": None}, source, ())


async def found_by(
    reading: Reading, report: Report, values: Values, source: str, order: tuple[str, ...]
) -> Figures:
    """What a file of ``reports/sql`` answers."""
    return _read(report, await _cells_of(reading, report, values, source, order))


async def first_by_rank(
    reading: Reading, report: Report, values: Values, order: tuple[str, ...], ranking: str
) -> Figures | None:
    """The first products, from few candidates; None where that would be no less to read.

    The last of them must have more than any product can have that is no candidate.
    """
    limit, skip = values["limit"], values["skip"]
    assert isinstance(limit, int)
    assert isinstance(skip, int)
    limit += skip
    if "quantity" in ranking and values["unit"] is None:
        return None
    by = [column.name for column in _read_columns(report)].index(order[0][1:])
    source, candidates = _PICKED, ranking
    if values["first_month"] == values["last_month"] and values["end_days"] == "[]":
        source, candidates = _OF_MONTH.get(ranking, (source, candidates))
    offset = limit + _FIRST_OFFSET
    while offset <= _WIDEST:
        most = limit if limit < _SORTED_WHOLE else -1
        asked = {**values, "limit": most, "skip": 0, "offset": offset}
        cells = await _cells_of(reading, report, asked, source, order, candidates)
        found = _read(report, cells)
        if len(found.rows) < limit:
            # So few were sold that reading all of them is no more.
            return None
        if found.rows[limit - 1][by] > cells[_BOUND]:
            return msgspec.structs.replace(found, rows=found.rows[skip:limit])
        offset *= _WIDER
    return None


class Besides(NamedTuple):
    """What there is besides the rows and the totals."""

    lacking: bool = True
    """What the period lacks."""
    limit: bool = True
    """A limit to the rows, and some to be skipped."""
    ranking: bool = False


_ALL_BUT_RANKING = Besides()


@cache
def statement(
    report: Report,
    source: str,
    order: tuple[str, ...],
    candidates: str | None = None,
    besides: Besides = _ALL_BUT_RANKING,
) -> str:
    """The whole statement: its one row is the rows, the totals, the bound and what was asked for.

    That is what is lacking, and the ranking.
    """
    chosen = f"candidates AS (\n{text_of(candidates)}\n),\n" if candidates else ""
    for name, text in read_of(source).items():
        chosen = f"{chosen}{name} AS (\n{text}\n),\n"
    if besides.lacking:
        chosen = f"lacking AS (\n{text_of('lacking')}\n),\n{chosen}"
    parts = _parts(report)
    total = ",\n       ".join(f"COALESCE(SUM({part}), 0) AS {part}" for part in parts) or "COUNT(*)"
    cells = [*_cells(report), *(["found.so_far_minor"] if has_sum(report) else [])]
    shown = [f"{cell} AS c{i}" for i, cell in enumerate(cells)]
    ordered = [*map(_ordering, order), *(f"found.{key}" for key in report.key)]
    sums = [MEASURES[name].of("total") for name in _summed(report)]
    return f"""
WITH {chosen}found AS (
{rows_of(source, _told(report), parts, is_picked=candidates is not None)}
),
total AS (
SELECT {total}
  FROM {_totalled(report, source, is_picked=candidates is not None)}
),
{_ranked(report) if has_sum(report) else ""}shown AS (
SELECT {_listed(shown)}
  FROM {"ranked AS found" if has_sum(report) else "found"}
{f" ORDER BY {_listed(ordered)}" if ordered else ""}
{_LIMITED if besides.limit else ""}
)
SELECT (SELECT JSON_ARRAY({", ".join(f"JSON_GROUP_ARRAY(c{i})" for i in range(len(shown)))})
          FROM shown),
       (SELECT JSON_ARRAY({_listed(sums)})
          FROM total),
       {"(SELECT MAX(bound) FROM candidates)" if candidates else "NULL"},
       {_LACKING if besides.lacking else "NULL"},
       {_RANKING if besides.ranking else "NULL"}
"""


def _totalled(report: Report, source: str, *, is_picked: bool) -> str:
    """What the totals are added up from: the rows, or what is less to read, or has all of them."""
    name = f"{report.source}-total"
    if source not in (report.source, _PICKED, *(one for one, _ in _OF_MONTH.values())):
        name = f"{name}-of-stores" if is_picked else ""
    return f"(\n{text_of(name)}\n)" if is_there(name) else "found"


_LIMITED = """ LIMIT :limit
OFFSET :skip"""
_ROWS, _TOTALS, _BOUND, _LACKS, _RANKS = range(5)
_LACKING = """(SELECT JSON_GROUP_ARRAY(JSON_ARRAY(what, store_id, till_id, value))
          FROM lacking)"""
# About as many names as a chart has room to say.
_RANKING = """(SELECT JSON_ARRAY(COALESCE(step, 1), JSON_GROUP_ARRAY(revenue_minor),
                         JSON_GROUP_ARRAY(name) FILTER (WHERE (place - 1) % step = 0))
          FROM (SELECT place, name, revenue_minor, (COUNT(*) OVER () + 71) / 72 AS step
                  FROM ranked
                 ORDER BY place))"""


def has_sum(report: Report) -> bool:
    """Whether its rows say what all rows so far add up to."""
    return report.column(CUMULATIVE.name) is not None


def _ranked(report: Report) -> str:
    """The rows with their places in the report's own order, and what they add up to so far."""
    columns = [f"found.{name}" for name in dict.fromkeys((*_told(report), *_parts(report)))]
    revenue = MEASURES["revenue"].of("found")
    ordered = [*map(_ordering, report.order), *(f"found.{key}" for key in report.key)]
    return f"""ranked AS (
SELECT {_listed(columns)},
       {revenue} AS revenue_minor,
       SUM({revenue}) OVER so_far AS so_far_minor,
       ROW_NUMBER() OVER so_far AS place
  FROM found
WINDOW so_far AS (
           ORDER BY {_listed(ordered)}
            ROWS UNBOUNDED PRECEDING)
),
"""


def _told(report: Report) -> list[str]:
    """The columns that say what a row is about."""
    return [column.name for column in _read_columns(report) if column.name not in MEASURES]


def _listed(expressions: Iterable[str]) -> str:
    return ",\n       ".join(expressions)


def _ordering(column: str) -> str:
    name = column.removeprefix("-")
    if name == CUMULATIVE.name:
        formula = "found.so_far_minor"
    elif name == CLASS.name:
        formula = _CLASS
    else:
        # A share is in the order of what it is the share of.
        name = "revenue" if name in SHARES else name
        formula = MEASURES[name].of("found") if name in MEASURES else f"found.{name}"
    return f"{formula} DESC" if column.startswith("-") else formula


_BEFORE = "100 * (found.so_far_minor - found.revenue_minor)"
_WHOLE = f"(SELECT {MEASURES['revenue'].of('total')} FROM total)"
_CLASS = f"""CASE WHEN {_BEFORE} < {A_PERCENT} * {_WHOLE} THEN 1
            WHEN {_BEFORE} < {B_PERCENT} * {_WHOLE} THEN 2
            ELSE 3 END"""


def _parts(report: Report) -> tuple[str, ...]:
    named = (column.name for column in report.columns if column.name in MEASURES)
    return tuple(dict.fromkeys(part for name in named for part in MEASURES[name].parts))


def _cells(report: Report) -> list[str]:
    """The SQL of each column that is read."""
    return [
        MEASURES[column.name].of("found") if column.name in MEASURES else f"found.{column.name}"
        for column in _read_columns(report)
    ]


def _read_columns(report: Report) -> list[Column]:
    return [column for column in report.columns if column.name not in SHARES]


def _summed(report: Report) -> list[str]:
    return [
        column.name
        for column in report.columns
        if column.name in MEASURES and column.name not in report.unsummed
    ]


async def _cells_of(
    reading: Reading,
    report: Report,
    values: Values,
    source: str,
    order: tuple[str, ...],
    candidates: str | None = None,
) -> Row:
    besides = Besides(
        lacking="todays" in values,
        limit=(values["limit"], values["skip"]) != (-1, 0),
        ranking="ranking" in values,
    )
    row = await reading.row(statement(report, source, order, candidates, besides), values)
    assert row is not None
    return row


def _read(report: Report, cells: Row) -> Figures:
    sums = msgspec.json.decode(cells[_TOTALS])
    return Figures(
        Rows(_columns_in(cells[_ROWS])),
        dict(zip(_summed(report), sums, strict=True)),
        [] if cells[_LACKS] is None else _decode(cells[_LACKS]),
        None if cells[_RANKS] is None else _ranking_in(cells[_RANKS]),
    )
