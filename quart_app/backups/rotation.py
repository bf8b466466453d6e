"""Dated backups in a folder, of which the newest few are kept."""

import re
from pathlib import Path

from quart_app.backups.seal import is_sealed
from quart_app.values.instant import Instant

_DATED = re.compile(r"\d{8}-\d{6}-\d{6}Z\.backup")


def dated(folder: Path, database: Path, at: Instant) -> Path:
    """Where a backup of an instant goes, such as ``sales-20261121-160515-000000Z.backup``."""
    return folder / f"{database.stem}-{at.utc():%Y%m%d-%H%M%S-%f}Z.backup"


def surplus(folder: Path, database: Path, newest: Path, keep: int) -> list[Path]:
    """The dated backups of a database beyond the newest ``keep``, the oldest first.

    ``newest`` is always kept, even where the clock was set back since the others were made. Files
    of any other name are none of ours, nor is what does not end as a backup does.
    """
    stem = f"{database.stem}-"
    others = sorted(
        path
        for path in folder.iterdir()
        if path.name.startswith(stem)
        and _DATED.fullmatch(path.name.removeprefix(stem))
        and path != newest
        and path.is_file()
        and not path.is_symlink()
        and is_sealed(path)
    )
    return others[: max(0, len(others) - (keep - 1))]
