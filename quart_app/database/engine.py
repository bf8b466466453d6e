"""Which engine keeps the data."""

import sqlite3

ENGINE = f"SQLite {sqlite3.sqlite_version}"
"""Its name and version."""
