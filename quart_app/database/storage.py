"""The database file while it is open: one connection that writes, a few that read."""

import asyncio
import sqlite3
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from quart_app.clock import Clock, stopwatch
from quart_app.database import replacing, schema
from quart_app.database.failures import meaning
from quart_app.database.figures import Figures
from quart_app.database.lock import Holder, ProcessLock
from quart_app.database.opening import connect, connect_to_read
from quart_app.database.transaction import Reading, Writing
from quart_app.errors import Busy, StorageFailed, StorageFull, TooSlow

# Changed rows until the write-ahead log is copied back: some 1,500 pages of single sales. Large
# groups change many rows at once, in much the same pages: several of them are copied together.
_ROWS_A_CHECKPOINT = 10_000
_COMMITS_A_CHECKPOINT = 4


class Storage:
    """Opens, guards and closes the database file; everything read or kept goes through it."""

    def __init__(
        self,
        database: Path,
        *,
        currency: str,
        clock: Clock,
        readers: int,
        read_timeout_s: int,
        preparation: str = "",
    ) -> None:
        self.path = database.expanduser().resolve()
        self._currency = currency
        self._clock = clock
        self._reader_count = readers
        self._read_timeout_s = read_timeout_s
        # What the writing connection makes for itself when it opens, in no file.
        self._preparation = preparation
        self._lock = ProcessLock(self.path)
        self._writer: aiosqlite.Connection | None = None
        self._readers: list[aiosqlite.Connection] = []
        # The last that was given back is the next to be used: what it has read is at hand.
        self._idle: asyncio.Queue[aiosqlite.Connection] = asyncio.LifoQueue()
        self._turn = asyncio.Lock()
        self._awaiting = 0
        self._endings: set[asyncio.Task[None]] = set()
        self._checkpointed_at = self._commits_in_log = 0
        self._start = uuid.uuid4().hex[:12]
        self._commits = 0
        self.figures = Figures(clock)
        self.failed = asyncio.Event()
        """Set once the disk has failed: nothing is kept from then on and the service ends."""

    @property
    def edition(self) -> str:
        """A name for what the file holds, another one before any commit is answered."""
        return f"{self._start}-{self._commits}"

    async def open(self) -> None:
        """Take the lock, create a new file where there is none, open the connections.

        Opening it again does nothing. Raises StorageRefused for a file in use, foreign, older,
        newer or of another currency.
        """
        if self._writer is not None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock.acquire()
        try:
            replacing.require_settled(self.path)
            schema.create_if_missing(self.path, self._currency, self._clock)
            schema.require_current(self.path, self._currency)
            self._writer = await connect(self.path, self._preparation)
            # SQLite syncs the folder for its new log, but does not look at what came of it.
            schema.sync(self.path.parent)
            self.figures.opened(self.path)
            for _ in range(self._reader_count):
                reader = await connect_to_read(self.path)
                self._readers.append(reader)
                self._idle.put_nowait(reader)
        except BaseException:
            await self.close()
            raise

    def announce(self, url: str, operator_pass: str) -> None:
        """Tell whoever may open the file that it is served there, until it is closed."""
        self._lock.announce(Holder(url, operator_pass))

    async def close(self) -> None:
        """End what is being written, tidy the log away, close; calling it again does nothing."""
        writer, self._writer = self._writer, None
        self.figures.identity = None
        try:
            if writer is not None:
                async with self._turn:
                    # Readers that were left half-way are being stopped.
                    await asyncio.gather(*self._endings, return_exceptions=True)
                    for reader in self._readers:
                        await reader.interrupt()
                    # One that a caller left in the middle is being tidied up.
                    await asyncio.gather(*self._endings, return_exceptions=True)
                    for reader in self._readers:
                        await reader.close()
                    self._readers.clear()
                    await self._tidy_and_close(writer)
        finally:
            self._lock.release()

    @asynccontextmanager
    async def write(self, after: Callable[[], None] = lambda: None) -> AsyncIterator[Writing]:
        """The one write transaction: committed and on disk when the block ends, or undone.

        A cancelled caller leaves no transaction open: its end is a task of its own, and the next
        writer's turn comes after it, and after what is to be done ``after`` it. Raises Busy,
        StorageFull or StorageFailed.
        """
        self._awaiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._awaiting -= 1
        self.figures.begun()
        ending: Callable[[aiosqlite.Connection], Awaitable[None]] = self._roll_back
        writer, transaction = self._writer, None
        try:
            if writer is None or self.failed.is_set():
                raise Busy("the service is closing", code="closing")
            transaction = Writing(writer)
            yield transaction
            await transaction.begun()
            ending = self._commit
        except StorageFailed:
            self.failed.set()
            raise
        except StorageFull as error:
            self.figures.refused(error)
            raise
        finally:
            if transaction is not None:
                transaction.end()
            await asyncio.shield(self._own_task(self._end(ending, writer, after)))

    async def prove(self) -> None:
        """Commit something that changes nothing; StorageFull and the like where that cannot be."""
        async with self.write() as writing:
            version = await writing.number("PRAGMA user_version")
            await writing.run((f"PRAGMA user_version = {version}", ()))

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for the writer's turn."""
        return self._awaiting > 0

    @property
    def has_idle_reader(self) -> bool:
        """Whether a reading would begin at once."""
        return not self._idle.empty()

    @asynccontextmanager
    async def read(self, *, snapshot: bool = False) -> AsyncIterator[Reading]:
        """A connection that only reads, for as long as the deadline allows (TooSlow).

        With ``snapshot`` all its statements see the file as it was at the first of them.
        """
        reader, finished = None, False
        try:
            async with asyncio.timeout(self._read_timeout_s):
                if self._writer is None:
                    raise Busy("the service is closing", code="closing")
                reader = await self._idle.get()
                if snapshot:
                    await reader.execute_fetchall("BEGIN")
                yield Reading(reader)
                if snapshot:
                    await reader.execute_fetchall("COMMIT")
                finished = True
        except TimeoutError as error:
            self.figures.deadlines += 1
            raise TooSlow(
                f"stopped after {self._read_timeout_s} s: ask for a shorter period or fewer stores"
            ) from error
        finally:
            if reader is not None:
                self._give_back(reader, finished=finished)

    @asynccontextmanager
    async def read_apart(self) -> AsyncIterator[Reading]:
        """A reader for one long reading of the file as it stands now, without a deadline.

        It keeps no other reader waiting, and sees nothing that is written meanwhile.
        """
        if self._writer is None:
            raise Busy("the service is closing", code="closing")
        reader = await connect_to_read(self.path)
        try:
            await reader.execute_fetchall("BEGIN")
            yield Reading(reader)
        finally:
            await reader.interrupt()
            await reader.close()

    async def _tidy_and_close(self, writer: aiosqlite.Connection) -> None:
        try:
            if not self.failed.is_set():
                await writer.executescript("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);")
        except sqlite3.Error as error:
            # What was committed is safe in the log, which the next start reads.
            if isinstance(meaning(error), StorageFailed):
                self.failed.set()
        finally:
            await writer.close()

    async def _end(
        self,
        ending: Callable[[aiosqlite.Connection], Awaitable[None]],
        writer: aiosqlite.Connection | None,
        after: Callable[[], None],
    ) -> None:
        try:
            if writer is not None:
                await ending(writer)
        finally:
            after()
            self.figures.ended()
            self._turn.release()

    async def _commit(self, writer: aiosqlite.Connection) -> None:
        begun_ns = stopwatch()
        try:
            await writer.execute_fetchall("COMMIT")
        except sqlite3.Error as error:
            known = meaning(error)
            if isinstance(known, StorageFailed):
                self.failed.set()
            else:
                if isinstance(known, StorageFull):
                    self.figures.refused(known)
                await self._roll_back(writer)
            raise known or error from error
        self._commits += 1
        self.figures.committed(stopwatch() - begun_ns)
        self._commits_in_log += 1
        rows_in_log = writer.total_changes - self._checkpointed_at
        if rows_in_log > _ROWS_A_CHECKPOINT and self._commits_in_log >= _COMMITS_A_CHECKPOINT:
            self._checkpointed_at, self._commits_in_log = writer.total_changes, 0
            begun_ns = stopwatch()
            try:
                found = await writer.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
                _, pages, copied = next(iter(found))
                self.figures.checkpointed(stopwatch() - begun_ns, pages - copied)
            except sqlite3.Error as error:
                self.figures.checkpoint_failed(error)
                # What was committed is safe in the log; only a disk that lies ends the service.
                if isinstance(meaning(error), StorageFailed):
                    self.failed.set()

    async def _roll_back(self, writer: aiosqlite.Connection) -> None:
        # A statement may still be running on the connection's thread: wait for it, then look.
        try:
            await writer.execute_fetchall("SELECT 1")
            if writer.in_transaction:
                await writer.execute_fetchall("ROLLBACK")
        except sqlite3.Error:
            self.failed.set()
            raise

    def _give_back(self, reader: aiosqlite.Connection, *, finished: bool) -> None:
        async def when_idle() -> None:
            await reader.interrupt()
            await reader.execute_fetchall("SELECT 1")
            if reader.in_transaction:
                await reader.execute_fetchall("ROLLBACK")
            self._idle.put_nowait(reader)

        if finished:
            self._idle.put_nowait(reader)
        else:
            # A caller that is cancelled may leave its statement running: stop it first.
            self._own_task(when_idle())

    def _own_task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)
        return task
