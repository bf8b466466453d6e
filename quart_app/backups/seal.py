"""A backup's form: the database file, then a line that says what it is, then its checksum.

SQLite reads such a file as it stands, since its header says how many pages are its own. The last
line is the SHA-256 of every byte before it, so that no byte can change unnoticed.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from quart_app.errors import StorageRefused

_LABEL_BYTES = 4_096
_AT_ONCE = 1 << 20
_END = re.compile(rb"(\n\{[^\n]*\}\n)([0-9a-f]{64})\n\Z")

Progress = Callable[[int, int], None]


class Label(msgspec.Struct, frozen=True):
    """What a backup says of itself. ``taken_at`` is its instant: all answered before it is in."""

    backup: Literal[1]
    """The number of this form."""
    release: str
    taken_at: str
    schema: int
    currency: str
    receipts: int
    newest_received_at: str | None
    database_bytes: int


def seal(file: Path, label: Label, told: Progress) -> int:
    """Add a label and the checksum to a database file; the size of the whole."""
    with file.open("r+b") as opened:
        digest = hashlib.sha256()
        for part in _parts(opened, label.database_bytes, told):
            digest.update(part)
        line = b"\n" + msgspec.json.encode(label) + b"\n"
        digest.update(line)
        opened.seek(label.database_bytes)
        opened.write(line + digest.hexdigest().encode() + b"\n")
        return opened.tell()


def is_sealed(file: Path) -> bool:
    """Whether a file ends as a backup does; its bytes are not looked at."""
    with file.open("rb") as opened:
        return _end_of(opened) is not None


def unseal(file: Path, into: Path, told: Progress) -> Label:
    """Copy the database out of a backup; StorageRefused where any byte is not what was sealed."""
    with file.open("rb") as opened, into.open("wb") as copy:
        end = _end_of(opened)
        if end is None:
            raise StorageRefused(
                f"{file} does not end as a backup does: it is not one, or was cut short or changed",
                code="backup_damaged",
            )
        size, line, checksum = end
        digest = hashlib.sha256()
        opened.seek(0)
        for part in _parts(opened, size, told):
            digest.update(part)
            copy.write(part)
        digest.update(line)
        if digest.hexdigest().encode() != checksum:
            raise StorageRefused(
                f"{file} is not as it was when it was made: its bytes have another SHA-256",
                code="backup_damaged",
            )
    try:
        return msgspec.json.decode(line, type=Label)
    except msgspec.ValidationError as error:
        raise StorageRefused(
            f"{file} is a backup of another form, of a newer release perhaps: {error}",
            code="backup_newer",
        ) from error


def _end_of(opened: BinaryIO) -> tuple[int, bytes, bytes] | None:
    """How long the database is, the label's line and the checksum."""
    whole = opened.seek(0, 2)
    start = max(0, whole - _LABEL_BYTES)
    opened.seek(start)
    tail = opened.read()
    found = _END.search(tail)
    if found is None:
        return None
    return start + found.start(), found[1], found[2]


def _parts(opened: BinaryIO, size: int, told: Progress) -> Iterator[bytes]:
    done = 0
    while done < size:
        part = opened.read(min(_AT_ONCE, size - done))
        if not part:
            return
        done += len(part)
        yield part
        told(done, size)
