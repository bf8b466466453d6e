"""Several statements in one step of a connection's thread.

Between two steps the thread wakes the event loop and waits for the interpreter's lock: with a
statement a step that is a good part of what the writer does.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Row = tuple[Any, ...]
Values = Mapping[str, object] | Sequence[object]
Statement = tuple[str, Values]
Result = list[Row] | sqlite3.Error


class Steps:
    """Statements that are handed over together, in the place of one's values.

    They may still be on their way.
    """

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._statements = statements

    def __iter__(self) -> Iterator[Statement]:
        """Each in its turn."""
        return iter(self._statements)


class StepConnection(sqlite3.Connection):
    """A connection that takes ``Steps``, and gives a result for each until one fails."""

    def execute(self, sql: str, values: Any = (), /) -> Any:
        """Run a statement, or all of some steps until one fails."""
        if isinstance(values, Steps):
            return _Results(self, values)
        return super().execute(sql, values)


class _Results:
    """What a driver fetches: the rows of each statement, the last of all an error perhaps."""

    def __init__(self, connection: sqlite3.Connection, steps: Steps) -> None:
        self._results: list[Result] = []
        try:
            for sql, values in steps:
                self._results.append(connection.execute(sql, values).fetchall())
        except sqlite3.Error as error:
            self._results.append(error)

    def fetchall(self) -> list[Result]:
        """One for each statement that was run."""
        return self._results
