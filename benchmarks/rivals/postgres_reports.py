"""PostgreSQL on the same lines, with an index that has all that a report reads."""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.rivals.report_tables import as_csv

SETTINGS = {"shared_buffers": "1GB", "work_mem": "64MB", "jit": "off"}
"""Those of a machine of its own: the default memory is for a small one, and compiling takes longer
than these reports."""
_HEAD = "gross_minor, discount_minor, amount_minor, tax_minor, is_return"
_INDEXES = (
    f"""
    CREATE INDEX ON sales (business_date)
    INCLUDE (store_id, till_id, cashier_id, promo_code, weekday, hour, {_HEAD})
    """,
    f"""
    CREATE INDEX ON sale_lines (business_date, product_id)
    INCLUDE (quantity_milli, {_HEAD})
    """,
    "CREATE INDEX ON sale_lines (product_id, business_date) WHERE NOT is_return",
    """
    CREATE INDEX ON sale_tenders (business_date)
    INCLUDE (sale_id, type, amount_minor, is_return)
    """,
)


class Postgres:
    """One connection, for callers that wait."""

    def __init__(self, socket: Path) -> None:
        self._loop = asyncio.new_event_loop()
        connected = import_module("asyncpg").connect(
            host=str(socket), user="postgres", database="postgres"
        )
        self._connection = self._loop.run_until_complete(connected)

    def close(self) -> None:
        """Hang up."""
        self._loop.run_until_complete(self._connection.close())
        self._loop.close()

    def rows(self, query: str, values: Sequence[int]) -> list[Any]:
        """All the rows of a query, which is prepared the first time."""
        found: list[Any] = self._loop.run_until_complete(self._connection.fetch(query, *values))
        return found

    def copy_lines(self, database: Path, folder: Path) -> None:
        """Copy a database of the service into an empty one."""
        run = self._loop.run_until_complete
        for name, columns, rows in as_csv(database, folder):
            run(self._connection.execute(f"CREATE TABLE {name} ({columns})"))
            copied = self._connection.copy_to_table(name, source=rows, format="csv")
            run(asyncio.wait_for(copied, None))
        for index in _INDEXES:
            run(self._connection.execute(index))
        run(self._connection.execute("VACUUM (ANALYZE)"))
