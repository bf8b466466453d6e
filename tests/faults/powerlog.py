"""Reads what powerlog.c wrote, and rebuilds the files as a power cut would leave them."""

import enum
import random
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_SOURCE = Path(__file__).with_name("powerlog.c")
_HEAD = struct.Struct("=IIQQQ")
_SECTOR = 512
"""What a disk writes whole; anything longer may be torn."""


class Operation(enum.IntEnum):
    """What was done to a file; the numbers are those of powerlog.c."""

    WRITTEN = 1
    TRUNCATED = 2
    SYNC_BEGAN = 3
    SYNC_ENDED = 4
    RENAMED = 5
    UNLINKED = 6
    LIED = 7
    FAILED = 8
    CREATED = 9


@dataclass(frozen=True)
class Record:
    """One operation: on which file, what, and when it had been done by the monotonic clock."""

    operation: Operation
    name: str
    offset: int
    data: bytes
    instant_ns: int


def compiled(folder: Path) -> Path:
    """The library; the test is skipped where it cannot be made or preloaded."""
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("not run: needs Linux and a C compiler (cc)")
    library = folder / "powerlog.so"
    subprocess.run(
        [compiler, "-O2", "-shared", "-fPIC", "-o", library, _SOURCE, "-ldl", "-lpthread"],
        check=True,
    )
    return library


def preloading(library: Path, log: Path, database: Path, **options: str | int) -> dict[str, str]:
    """The environment of a service whose writes to its database are logged."""
    named = {f"POWERLOG_{name.upper()}": str(text) for name, text in options.items()}
    return {
        "LD_PRELOAD": str(library),
        "POWERLOG": str(log),
        "POWERLOG_FILES": str(database),
    } | named


def read_log(log: Path) -> list[Record]:
    """Every whole record; a killed process may leave the last one unfinished."""
    content = log.read_bytes()
    records, at = [], 0
    while at + _HEAD.size <= len(content):
        operation, name_length, data_length, offset, instant_ns = _HEAD.unpack_from(content, at)
        data_at = at + _HEAD.size + name_length
        at = data_at + data_length
        if at > len(content):
            break
        name = content[data_at - name_length : data_at].decode()
        records.append(Record(Operation(operation), name, offset, content[data_at:at], instant_ns))
    return records


@dataclass
class _File:
    """What the disk has for certain, and what it may have."""

    synced: bytearray = field(default_factory=bytearray)
    pending: list[Record] = field(default_factory=list)

    def sync(self, count: int) -> None:
        for record in self.pending[:count]:
            _apply(self.synced, record)
        del self.pending[:count]


class Disk:
    """The files under a record's operations, told apart into what is certain and what is not."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._names: dict[str, _File] = {}
        self._synced_names: dict[str, _File] = {}
        self._pending_names: list[dict[str, _File]] = []
        """The folder as it was after each change since its last fsync."""
        self._began: dict[str, int] = {}

    def do(self, record: Record) -> None:
        """Follow one operation."""
        name = record.name
        match record.operation:
            case Operation.CREATED if name not in self._names:
                self._names[name] = _File()
                self._folder_changed()
            case Operation.WRITTEN | Operation.TRUNCATED:
                self._names[name].pending.append(record)
            case Operation.RENAMED:
                self._names[record.data.decode()] = self._names.pop(name)
                self._folder_changed()
            case Operation.UNLINKED:
                if self._names.pop(name, None) is not None:
                    self._folder_changed()
            case Operation.SYNC_BEGAN:
                self._began[name] = len(self._pending(name))
            case Operation.SYNC_ENDED if name == self._folder:
                self._sync_folder(self._began[name])
            case Operation.SYNC_ENDED if name in self._names:
                self._names[name].sync(self._began[name])

    def after_a_cut(self, chance: random.Random, kept: float) -> dict[str, bytes]:
        """The files that are found again: each write not synced was kept with that chance.

        Where some are kept and others not, writes are torn at sectors too, and of the folder's
        changes not synced a part has happened, in their order.
        """
        happened = round(kept * len(self._pending_names))
        if 0 < kept < 1:
            happened = chance.randint(0, len(self._pending_names))
        names = self._pending_names[happened - 1] if happened else self._synced_names
        found = {}
        for name, file in names.items():
            content = bytearray(file.synced)
            for record in file.pending:
                if chance.random() < kept:
                    _apply(content, record, chance if kept < 1 else None)
            found[name] = bytes(content)
        return found

    def _pending(self, name: str) -> list[Record] | list[dict[str, _File]]:
        if name == self._folder:
            return self._pending_names
        return self._names[name].pending if name in self._names else []

    def _sync_folder(self, count: int) -> None:
        if count:
            self._synced_names = self._pending_names[count - 1]
            del self._pending_names[:count]

    def _folder_changed(self) -> None:
        self._pending_names.append(dict(self._names))


def _apply(content: bytearray, record: Record, chance: random.Random | None = None) -> None:
    """Write or truncate; with ``chance``, a write of several sectors may be torn."""
    if record.operation is Operation.TRUNCATED:
        missing = record.offset - len(content)
        content.extend(bytes(max(missing, 0)))
        del content[record.offset :]
        return
    is_torn = chance is not None and chance.random() < 0.3
    for start, part in _sectors(record) if is_torn else [(record.offset, record.data)]:
        if chance is None or not is_torn or chance.random() < 0.5:
            content.extend(bytes(max(start - len(content), 0)))
            content[start : start + len(part)] = part


def _sectors(record: Record) -> Iterator[tuple[int, bytes]]:
    start, end = record.offset, record.offset + len(record.data)
    while start < end:
        stop = min(end, start // _SECTOR * _SECTOR + _SECTOR)
        yield start, record.data[start - record.offset : stop - record.offset]
        start = stop
