"""Which SQLite it is, and what is known to be wrong with it."""

import sqlite3

ENGINE = f"SQLite {sqlite3.sqlite_version}"
"""Its name and version."""

Version = tuple[int, int, int]


def version() -> Version:
    """The version of the SQLite that this Python has."""
    major, minor, patch = sqlite3.sqlite_version_info
    return major, minor, patch


def has_wal_reset_bug(version: Version) -> bool:
    """Whether two connections that write or checkpoint at once can lose committed rows.

    Mended in SQLite 3.51.3, and for older lines in 3.50.7 and 3.44.6.
    """
    is_mended = version >= (3, 51, 3)
    is_mended_line = (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)
    return not is_mended and not is_mended_line
