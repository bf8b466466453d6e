"""What repositories are given to run SQL with: a connection that reads, or one that writes."""

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import aiosqlite
import msgspec

from quart_app.database.failures import meaning

Row = tuple[Any, ...]
Values = Mapping[str, object] | Sequence[object]
Statement = tuple[str, Values]
# Rows of one INSERT: many enough that the engine works without the interpreter's lock, few
# enough that the statement stays within SQLite's 32,766 parameters and need not be kept often.
_LARGE_COUNTS = (512, 256, 128, 64)


class Reading:
    """Runs statements that read."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """All the rows of a statement with ``:named`` parameters."""
        return await self._fetch(sql, values or {})

    async def row(self, sql: str, values: Mapping[str, object] | None = None) -> Row | None:
        """The first row of a statement, or None."""
        found = await self._fetch(sql, values or {})
        return found[0] if found else None

    async def packed(
        self, columns: Sequence[str], sql: str, values: Mapping[str, object]
    ) -> list[Row]:
        """The same rows in one step, made into JSON by the engine: for many, and while many wait.

        The driver lets go of the interpreter's lock and takes it again for every row; under load
        each time is a wait for the event loop. Not for BLOBs.
        """
        cells = ", ".join(columns)
        one = f"SELECT JSON_GROUP_ARRAY(JSON_ARRAY({cells})) FROM ({sql})"
        text = (await self._fetch(one, values))[0][0]
        return _rows.decode(text)

    async def number(self, sql: str) -> int:
        """The one cell of a statement that has one row."""
        return int((await self._fetch(sql, {}))[0][0])

    async def _fetch(self, sql: str, values: Values) -> list[Row]:
        try:
            fetched: Iterable[Any] = await self._connection.execute_fetchall(sql, values)
        except sqlite3.Error as error:
            if (known := meaning(error)) is not None:
                raise known from error
            raise
        return fetched  # type: ignore[return-value]


class Writing(Reading):
    """Runs statements inside the one write transaction.

    ``BEGIN`` is on its way when a block is given this, and the first look-ups follow it without
    waiting: the connection's thread takes everything in order. What changes something waits.
    """

    def __init__(self, connection: aiosqlite.Connection) -> None:
        super().__init__(connection)
        self._begun = asyncio.ensure_future(self._fetch("BEGIN IMMEDIATE", ()))

    async def begun(self) -> None:
        """Wait until the transaction has begun; Busy or StorageFull where it could not."""
        await asyncio.shield(self._begun)

    async def run(self, *statements: Statement) -> None:
        """Run statements that change something, handed over at once and run in their order.

        All have succeeded when this returns, so that the commit may follow; and none is under
        way any more when it raises, so that nothing is written after the transaction.
        """
        await self.begun()
        steps = [self._fetch(sql, values) for sql, values in statements]
        for outcome in await asyncio.gather(*steps, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome


def inserting(sql: str, rows: Sequence[Row]) -> Iterator[Statement]:
    """The statements that insert rows by one that has ``VALUES :rows``: none for no rows."""
    start = 0
    for count in _counts(len(rows)):
        some = rows[start : start + count]
        start += count
        yield _with_rows(sql, count, len(some[0])), list(chain.from_iterable(some))


def _counts(left: int) -> Iterator[int]:
    """How many rows go together: of the large counts few, since each is a statement to be kept."""
    for count in _LARGE_COUNTS:
        while left >= count:
            yield count
            left -= count
    if left:
        yield left


_rows = msgspec.json.Decoder(list[tuple[Any, ...]])


@lru_cache(maxsize=2_048)
def _with_rows(sql: str, count: int, width: int) -> str:
    one = f"({', '.join('?' * width)})"
    return sql.replace(":rows", ", ".join([one] * count))
