"""What repositories are given to run SQL with: a connection that reads, or one that writes."""

import asyncio
import sqlite3
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from itertools import zip_longest
from queue import SimpleQueue
from typing import Any, NoReturn

import aiosqlite
import msgspec

from quart_app.database.failures import meaning
from quart_app.database.steps import Row, Statement, Steps, Values

# Statements that the thread has before it, so that it need not wait for more while others are
# served.
_AHEAD = 3
_PAUSE_S = 0.001


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
            _raise_known(error)
        return fetched  # type: ignore[return-value]


class Writing(Reading):
    """Runs statements inside the one write transaction.

    What is asked for at one time, ``BEGIN`` and the first look-ups before all, is handed to the
    connection's thread together. What changes something waits until the transaction has begun.
    """

    def __init__(self, connection: aiosqlite.Connection) -> None:
        super().__init__(connection)
        self._loop = asyncio.get_running_loop()
        self._asked: list[tuple[str, Values, asyncio.Future[list[Row]]]] = []
        self._handing: asyncio.Task[None] | None = None
        self._is_over = False
        self._begun = self._ask("BEGIN IMMEDIATE", ())
        # Whoever asks for something else is told the same.
        self._begun.add_done_callback(lambda begun: begun.cancelled() or begun.exception())

    async def begun(self) -> None:
        """Wait until the transaction has begun; Busy or StorageFull where it could not."""
        try:
            await asyncio.shield(self._begun)
        except sqlite3.Error as error:
            _raise_known(error)

    async def run(self, *statements: Statement) -> None:
        """Run statements that change something, in their order, none after one that failed.

        All have succeeded when this returns, so that the commit may follow; and none is under
        way any more when it raises, so that nothing is written after the transaction.
        """
        await self.begun()
        await self._run(statements)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Callable[[Iterable[Statement]], Awaitable[None]]]:
        """Run statements while more are made: what is given is called with some at a time.

        All have succeeded when the block ends, as with ``run``. The connection's thread takes one
        after the other without this one, which may be busy with the next; it is made to wait, and
        to serve others, when it is far ahead.
        """
        await self.begun()
        coming: SimpleQueue[Statement | None] = SimpleQueue()
        run = asyncio.create_task(self._run(iter(coming.get, None)))

        async def hand_over(statements: Iterable[Statement]) -> None:
            for statement in statements:
                coming.put(statement)
            # Looked at now and then: to be told would cost the thread a wait for each statement.
            while coming.qsize() > _AHEAD and not run.done():  # noqa: ASYNC110
                await asyncio.sleep(_PAUSE_S)

        try:
            # The task begins in this turn of the loop.
            await asyncio.sleep(0)
            yield hand_over
        finally:
            # Whatever happens, or the thread would wait for ever.
            coming.put(None)
            await run

    def end(self) -> None:
        """Nothing that was asked for is handed over any more."""
        self._is_over = True

    async def _run(self, statements: Iterable[Statement]) -> None:
        results: Any = await self._connection.execute_fetchall("", Steps(statements))
        if results and isinstance(error := results[-1], sqlite3.Error):
            _raise_known(error)

    async def _fetch(self, sql: str, values: Values) -> list[Row]:
        try:
            return await self._ask(sql, values)
        except sqlite3.Error as error:
            _raise_known(error)

    def _ask(self, sql: str, values: Values) -> asyncio.Future[list[Row]]:
        if not self._asked:
            self._loop.call_soon(self._hand_over_soon)
        answer: asyncio.Future[list[Row]] = self._loop.create_future()
        self._asked.append((sql, values, answer))
        return answer

    def _hand_over_soon(self) -> None:
        # A turn later: what is asked together has been asked by then.
        self._handing = self._loop.create_task(self._hand_over())

    async def _hand_over(self) -> None:
        asked, self._asked = self._asked, []
        if self._is_over:
            for *_, answer in asked:
                answer.cancel()
            return
        steps = Steps([(sql, values) for sql, values, _ in asked])
        results: Any
        try:
            results = await self._connection.execute_fetchall("", steps)
        except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever it was
            results = [error]
        # Where one failed those after it were not run, and are told the same.
        for (*_, answer), result in zip_longest(asked, results, fillvalue=results[-1]):
            _settle(answer, result)


def _settle(answer: asyncio.Future[list[Row]], result: list[Row] | Exception) -> None:
    if answer.done():
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)


def _raise_known(error: sqlite3.Error) -> NoReturn:
    """Raise what it means to whoever asked, or itself."""
    if (known := meaning(error)) is not None:
        raise known from error
    raise error


_rows = msgspec.json.Decoder(list[tuple[Any, ...]])
