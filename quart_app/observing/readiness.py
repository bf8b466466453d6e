"""Whether the service can write, from what it knows already: nothing is written to find out.

Only where the disk refused the last write is one tried, a change of nothing: a proxy that sends no
more because of it would otherwise never hear that the disk takes it again.
"""

import asyncio
import os
from collections.abc import Iterator
from typing import Literal

import msgspec

from quart_app.backups.last import last_backup
from quart_app.clock import Clock
from quart_app.database.storage import Storage
from quart_app.digest.delivery import Delivery
from quart_app.errors import ServiceError
from quart_app.observing.spread import SECOND_NS
from quart_app.sales.service import Sales
from quart_app.values.instant import Instant, format_instant

Verdict = Literal["ok", "warning", "failed"]
NEEDED_BYTES = 1 << 20
"""Free space below which a group of receipts may not fit."""
_SCANT_BYTES = 512 << 20
_STUCK_NS = 15 * SECOND_NS
_PROVED_EVERY_US = 1_000_000
_PROOF_S = 1
# One a night, and some time to make it.
_BACKUP_US = 26 * 3_600_000_000


class Check(msgspec.Struct, frozen=True):
    """One thing that writing depends on."""

    check: str
    verdict: Verdict
    detail: str


class Readiness:
    """Asked by proxies and by those who watch; cheap enough for every second."""

    def __init__(self, storage: Storage, sales: Sales, delivery: Delivery, clock: Clock) -> None:
        self._storage = storage
        self._sales = sales
        self._delivery = delivery
        self._clock = clock
        self._proved_at = Instant(0)
        self.is_stopping = False
        """Set at shutdown, before the last requests are taken."""

    async def checks(self) -> list[Check]:
        """Each check with its verdict; the service can write where none failed."""
        await self._prove()
        return [
            self._serving(),
            self._disk(),
            *self._file(),
            self._last_write(),
            self._writer(),
            self._queue(),
            self._backup(),
            *self._mail(),
        ]

    async def _prove(self) -> None:
        """Where the last write was refused, find out whether one would be now, once a second."""
        now = self._clock.now()
        figures = self._storage.figures
        if figures.refusal is None or now - self._proved_at < _PROVED_EVERY_US:
            return
        self._proved_at = now
        try:
            async with asyncio.timeout(_PROOF_S):
                await self._storage.prove()
        except (ServiceError, TimeoutError) as error:
            figures.refused(figures.refusal.error if isinstance(error, TimeoutError) else error)

    def _serving(self) -> Check:
        if self.is_stopping or self._storage.figures.identity is None:
            return Check("serving", "failed", "the service is stopping")
        return Check("serving", "ok", "requests are taken")

    def _disk(self) -> Check:
        if self._storage.failed.is_set():
            detail = "the disk failed to keep what it was given; the service ends"
            return Check("disk", "failed", detail)
        return Check("disk", "ok", "what was written is on disk")

    def _file(self) -> Iterator[Check]:
        path = self._storage.path
        try:
            found = path.stat()
            space = os.statvfs(path.parent)
        except OSError as error:
            yield Check("file", "failed", f"the database file is not where it was: {error}")
            return
        if (found.st_dev, found.st_ino) != self._storage.figures.identity:
            detail = "another file has taken the database file's place: restart the service"
            yield Check("file", "failed", detail)
        else:
            yield Check("file", "ok", f"the database file has {found.st_size:,} bytes")
        free = space.f_bavail * space.f_frsize
        detail = f"{free:,} bytes are free"
        if free < NEEDED_BYTES:
            yield Check("space", "failed", f"{detail}; receipts need {NEEDED_BYTES:,}")
        elif free < _SCANT_BYTES:
            yield Check("space", "warning", f"{detail}: make room soon")
        else:
            yield Check("space", "ok", detail)

    def _last_write(self) -> Check:
        figures = self._storage.figures
        if figures.refusal is not None:
            when = format_instant(figures.refusal.at)
            return Check("last_write", "failed", f"{when}: {figures.refusal.error.detail}")
        if figures.last_commit_at is None:
            return Check("last_write", "ok", "nothing was written since the start")
        when, took_ms = format_instant(figures.last_commit_at), figures.last_commit_ns // 1_000_000
        return Check("last_write", "ok", f"{when}: on disk after {took_ms} ms")

    def _writer(self) -> Check:
        lasted_ns = self._storage.figures.writing_ns
        if lasted_ns > _STUCK_NS:
            seconds = lasted_ns // SECOND_NS
            return Check("writer", "failed", f"one transaction has lasted {seconds} s")
        return Check("writer", "ok", "transactions end in time")

    def _backup(self) -> Check:
        """A warning at most: receipts are taken without a backup as well."""
        last = last_backup(self._storage.path)
        if last is None:
            return Check("backup", "warning", "no backup has been made")
        is_old = self._clock.now() - last.taken_at > _BACKUP_US
        detail = f"the last one was made at {format_instant(last.taken_at)}: {last.file}"
        return Check("backup", "warning" if is_old else "ok", detail)

    def _mail(self) -> Iterator[Check]:
        """A warning at most, where digests are sent at all."""
        failure = self._delivery.failure
        if failure:
            yield Check("mail", "warning", f"a digest was not sent: {failure}")
        elif self._delivery.is_on:
            yield Check("mail", "ok", "no digest waits")

    def _queue(self) -> Check:
        depth, size = self._sales.queue.depth, self._sales.queue.size
        detail = f"{depth} of {size} receipts that may wait are waiting"
        if depth >= size:
            return Check("queue", "failed", detail)
        return Check("queue", "warning" if depth * 5 > size * 4 else "ok", detail)
