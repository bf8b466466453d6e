"""Backups every so many minutes while the service serves, each made by a process of its own.

A process of its own, since opening and closing the database file once more in this one would drop
the locks that SQLite holds on it; and so that copying and verifying delay no sale.
"""

import asyncio
import logging
import os
import sys
from pathlib import Path

from quart_app.backups.last import last_backup
from quart_app.clock import Clock
from quart_app.database.unfinished import remove_what_was_left
from quart_app.settings import Settings
from quart_app.watching import Watching

_MINUTE_S = 60
_MINUTE_US = 60_000_000
_AGAIN_MINUTES = 15
"""After a backup that failed, unless the next one is due before."""
_ENDS_WITHIN_S = 5

_log = logging.getLogger(__name__)


class BackupWatch:
    """Starts the ``backup`` command whenever a backup is due."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._database = settings.database
        self._folder = settings.backup_dir
        self._every_minutes = settings.backup_every_minutes
        self._keep = settings.backup_keep
        self._clock = clock
        self._watching = Watching(self._keep_watch)

    async def watch(self) -> None:
        """Make backups until ``finish``, if a folder is set."""
        if self._folder is not None:
            self._watching.begin()

    async def finish(self) -> None:
        """Watch no more; a backup that is being made is given up, and leaves nothing."""
        if await self._watching.end() and self._folder is not None and self._folder.is_dir():
            # One that did not end in time had to be killed.
            try:
                await asyncio.to_thread(remove_what_was_left, self._folder)
            except OSError as error:
                _log.warning("an unfinished backup may be left in its folder: %s", error)

    async def _keep_watch(self) -> None:
        assert self._folder is not None
        folder = self._folder
        await asyncio.sleep(self._due_in_s())
        while True:
            is_good = await self._back_up(folder)
            wait = self._every_minutes if is_good else min(_AGAIN_MINUTES, self._every_minutes)
            await asyncio.sleep(wait * _MINUTE_S)

    def _due_in_s(self) -> int:
        """Seconds until so many minutes have passed since the last one; none if there is none."""
        last = last_backup(self._database)
        if last is None:
            return 0
        due = last.taken_at + self._every_minutes * _MINUTE_US
        # A clock that was set back makes nobody wait for longer than the time between two.
        left_us = min(due - self._clock.now(), self._every_minutes * _MINUTE_US)
        return max(0, left_us // 1_000_000)

    async def _back_up(self, folder: Path) -> bool:
        words = ("-m", "quart_app", "backup", str(folder), "--keep", str(self._keep))
        found_where = {"PYTHONPATH": os.pathsep.join(sys.path)}
        # Ctrl+C is for the service, which ends the backup itself.
        try:
            process = await _started(
                *words, env={**os.environ, "SALES_DATABASE": str(self._database), **found_where}
            )
        except OSError as error:
            # No memory or no room for a process may be there again in a while.
            _log.error("no backup was made (it could not be started): %s", error)
            return False
        try:
            said, complained = await process.communicate()
        except asyncio.CancelledError:
            await _end(process)
            raise
        if process.returncode != 0:
            reason = complained.decode(errors="replace").strip().rpartition("Error: ")[2]
            _log.error("no backup was made (status %s): %s", process.returncode, reason)
            return False
        _log.info("a backup was made: %s", said.decode(errors="replace").strip())
        return True


async def _started(*words: str, env: dict[str, str]) -> asyncio.subprocess.Process:
    """The process of a backup; whoever is cancelled while it starts leaves none behind."""
    starting = asyncio.ensure_future(
        asyncio.create_subprocess_exec(
            sys.executable,
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=env,
            start_new_session=True,
        )
    )
    try:
        return await asyncio.shield(starting)
    except asyncio.CancelledError:
        await _end(await starting)
        raise


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a backup that is being made; it removes what is unfinished."""
    if process.returncode is None:
        process.terminate()
    try:
        await asyncio.wait_for(process.communicate(), _ENDS_WITHIN_S)
    except TimeoutError:
        process.kill()
        await process.communicate()
