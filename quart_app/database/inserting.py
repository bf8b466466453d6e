"""Rows of one INSERT, many at a time."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from quart_app.database.steps import Row, Statement

# Rows of one INSERT: many, since between two statements the thread waits for the interpreter's
# lock, and of the large counts few, since each is a statement that is kept.
_LARGE_COUNTS = (3_000, 1_500, 500, 150, 50)
_MAX_PARAMETERS = 32_766


def inserting(sql: str, rows: Sequence[Row]) -> Iterator[Statement]:
    """The statements that insert rows by one that has ``VALUES :rows``: none for no rows."""
    return _inserting(sql, list(chain.from_iterable(rows)), len(rows[0]) if rows else 1)


def _inserting(sql: str, cells: list[Any], width: int) -> Iterator[Statement]:
    start = 0
    for count in _counts(len(cells) // width, width):
        end = start + count * width
        # All of them as they are: a copy would have to look at each.
        some = cells if end - start == len(cells) else cells[start:end]
        yield _with_rows(sql, count, width), some
        start = end


def _counts(left: int, width: int) -> Iterator[int]:
    """How many rows go together."""
    for count in _LARGE_COUNTS:
        while left >= count and count * width <= _MAX_PARAMETERS:
            yield count
            left -= count
    if left:
        yield left


@lru_cache(maxsize=2_048)
def _with_rows(sql: str, count: int, width: int) -> str:
    one = f"({', '.join('?' * width)})"
    return sql.replace(":rows", ", ".join([one] * count))


class NumberedRows:
    """Rows that are made one by one, and numbered on from an id that is known only at the end.

    What is added goes to ``cells``, a row's own number from 0 first; nothing is added any more once
    statements were asked for.
    """

    def __init__(self, sql: str, width: int) -> None:
        self._sql = sql
        self._width = width
        self._most = next(_counts(_LARGE_COUNTS[0], width)) * width
        self._first_id = 0
        self._full: list[list[Any]] = []
        self.cells: list[Any] = []

    def set_aside(self) -> None:
        """Put by what makes a full statement: to be called now and then while rows are added."""
        while len(self.cells) >= self._most:
            rest = self.cells[self._most :]
            del self.cells[self._most :]
            self._full.append(self.cells)
            self.cells = rest

    def statements(self, first_id: int) -> Iterator[Statement]:
        """What inserts them all; asked for again where they could not be written."""
        self.set_aside()
        further = first_id - self._first_id
        self._first_id = first_id
        lists = (*self._full, self.cells)
        for cells in lists:
            cells[:: self._width] = [number + further for number in cells[:: self._width]]
        for cells in lists:
            yield from _inserting(self._sql, cells, self._width)
