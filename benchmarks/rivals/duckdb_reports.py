"""DuckDB on the same lines: native tables in a file of its own, in this process, warm.

In its favour: no HTTP, and lines in the order of their days, so that a month is a range of rows.
"""

from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.rivals.report_tables import as_csv

THREADS = 2


def connect(path: Path) -> Any:
    """An open database of DuckDB's; the package may be missing, which is told beforehand."""
    duckdb = import_module("duckdb")
    return duckdb.connect(str(path), config={"threads": THREADS})


def copy_lines(database: Path, path: Path, folder: Path) -> None:
    """Copy a database of the service into a new one of DuckDB's, through files it reads fast."""
    with closing(connect(path)) as target:
        for name, columns, rows in as_csv(database, folder):
            target.execute(f"CREATE TABLE {name} ({columns})")
            target.execute(f"COPY {name} FROM '{rows}' (FORMAT csv, HEADER false)")
        target.execute("CHECKPOINT")
