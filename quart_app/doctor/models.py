"""What is examined, and what an examination finds."""

from pathlib import Path
from typing import Literal

import msgspec

from quart_app.backups.last import LastBackup
from quart_app.values.instant import Instant


class Place(msgspec.Struct, frozen=True):
    """What the checks look at."""

    database: Path
    """The real path, which need not be there yet."""
    size_bytes: int
    """Of the database and its log."""
    now: Instant
    newest_received_at: Instant | None
    last_backup: LastBackup | None
    backup_dir: Path | None
    backup_every_minutes: int


class Verdict(msgspec.Struct, frozen=True):
    """``ok``; ``warn``: it works, but; ``bad``: receipts are in danger, or nothing works."""

    name: str
    verdict: Literal["ok", "warn", "bad"]
    seen: str
    todo: str = ""


MIB = 1 << 20
