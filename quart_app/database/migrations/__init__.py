"""The numbered steps from any release's schema to this one's: SQL files, up and down."""

import hashlib
import re
from pathlib import Path

import msgspec


class Migration(msgspec.Struct, frozen=True):
    """One step; its checksum refuses a file that was edited after it had been applied."""

    version: int
    name: str
    upgrade: str
    downgrade: str | None

    @property
    def checksum(self) -> str:
        """SHA-256 of what the upgrade runs."""
        return hashlib.sha256(self.upgrade.encode()).hexdigest()


def _read(folder: Path) -> tuple[Migration, ...]:
    steps = []
    for up in sorted(folder.glob("*.up.sql")):
        version, name = re.fullmatch(r"(\d{4})_(\w+)\.up", up.stem).groups()  # type: ignore[union-attr]
        down = up.with_name(f"{version}_{name}.down.sql")
        steps.append(
            Migration(
                version=int(version),
                name=name,
                upgrade=up.read_text(encoding="utf-8"),
                downgrade=down.read_text(encoding="utf-8") if down.exists() else None,
            )
        )
    return tuple(steps)


MIGRATIONS = _read(Path(__file__).parent)
"""All the steps, the first one first."""
