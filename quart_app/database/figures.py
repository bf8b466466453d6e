"""What the storage knows of itself: how long it takes, and whether the disk takes it."""

import logging
from pathlib import Path

import msgspec

from quart_app.clock import Clock, stopwatch
from quart_app.errors import ServiceError
from quart_app.observing.spread import MILLISECOND_NS, Spread
from quart_app.values.instant import Instant

_BOUNDS = tuple(ms * MILLISECOND_NS for ms in (1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000))
# Pages of the log that a checkpoint could not copy back, above which somebody should know: 256 MiB.
_LONG_LOG = 65_536
_log = logging.getLogger(__name__)


class Refusal(msgspec.Struct, frozen=True):
    """A write that the disk did not take."""

    error: ServiceError
    at: Instant


class Figures:
    """Counted since the start; nothing here asks the file."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.commits = Spread(_BOUNDS)
        """Nanoseconds of each commit, fsync and all."""
        self.checkpoints = Spread(_BOUNDS)
        """Nanoseconds of each time the log was copied back."""
        self.checkpoints_failed = 0
        self.deadlines = 0
        """Readings that were stopped."""
        self.last_commit_at: Instant | None = None
        self.last_commit_ns = 0
        self.identity: tuple[int, int] | None = None
        """The device and inode of the file while it is open."""
        self.refusal: Refusal | None = None
        """The last write, where the disk did not take it."""
        self._begun_ns: int | None = None
        self._is_log_long = False

    def opened(self, file: Path) -> None:
        """The file is open."""
        found = file.stat()
        self.identity = found.st_dev, found.st_ino

    @property
    def writing_ns(self) -> int:
        """How long the present transaction has lasted; 0 where there is none."""
        return 0 if self._begun_ns is None else stopwatch() - self._begun_ns

    def begun(self) -> None:
        """A transaction has the writer."""
        self._begun_ns = stopwatch()

    def ended(self) -> None:
        """It has it no more."""
        self._begun_ns = None

    def committed(self, took_ns: int) -> None:
        """A commit is on disk."""
        self.commits.add(took_ns)
        self.last_commit_ns = took_ns
        self.last_commit_at = self._clock.now()
        if self.refusal is not None:
            self.refusal = None
            _log.warning("the disk takes what is written again")

    def refused(self, error: ServiceError) -> None:
        """The disk did not take a write."""
        if self.refusal is None:
            _log.error("the disk does not take what is written: %s", error.detail)
        self.refusal = Refusal(error, self._clock.now())

    def checkpointed(self, took_ns: int, pages_left: int) -> None:
        """The log was copied back, but for what a reader still needs."""
        self.checkpoints.add(took_ns)
        is_long = pages_left > _LONG_LOG
        if is_long and not self._is_log_long:
            _log.warning("%d pages of the log wait for a reader that does not end", pages_left)
        self._is_log_long = is_long

    def checkpoint_failed(self, error: Exception) -> None:
        """It could not be copied back; what was committed is safe in the log."""
        self.checkpoints_failed += 1
        _log.warning("the log could not be copied back: %s", error)
