"""Sends digests once a day to each who asked, across restarts; what fails is tried again.

What was sent is written down when the mail server has taken it. Between the two a crash sends the
message once more, under the same Message-ID.
"""

import asyncio
import logging
from functools import cached_property
from typing import TYPE_CHECKING

from quart_app.clock import Clock
from quart_app.digest.models import Asked, MailRefused
from quart_app.digest.service import Digests
from quart_app.errors import ServiceError
from quart_app.people.service import People
from quart_app.settings import Settings
from quart_app.watching import Watching

if TYPE_CHECKING:
    from quart_app.digest.mail import Mail

_EVERY_S = 60
_FIRST_PAUSE_S = 2
_LONGEST_PAUSE_S = 900
_ENDS_WITHIN_S = 5
_log = logging.getLogger(__name__)


class Delivery:
    """Looks once a minute whether anybody lacks a digest."""

    def __init__(self, digests: Digests, people: People, settings: Settings, clock: Clock) -> None:
        self._digests = digests
        self._people = people
        self._settings = settings
        self._clock = clock
        self._watching = Watching(self._keep_watch)
        self._sending: asyncio.Task[None] | None = None
        self._pause_s = _FIRST_PAUSE_S
        self.failure = ""
        """Why the last round left somebody without a digest; empty where it did not."""

    @cached_property
    def _mail(self) -> "Mail":
        # Its modules are many, and most services send nothing.
        from quart_app.digest.mail import Mail

        return Mail(self._settings)

    @property
    def is_on(self) -> bool:
        """Whether there is a server that takes mail."""
        return self._digests.is_on

    async def watch(self) -> None:
        """Send digests until ``finish``, if there is a server that takes mail."""
        if self.is_on:
            self._watching.begin()

    async def finish(self) -> None:
        """Watch no more; a message that is being handed over is given a moment."""
        await self._watching.end()
        if self._sending is not None and not self._sending.done():
            await asyncio.wait({self._sending}, timeout=_ENDS_WITHIN_S)
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)

    async def _keep_watch(self) -> None:
        while True:
            failures: list[MailRefused] = []
            day = self._digests.due_day
            try:
                for asked in await self._digests.lacking(day):
                    failures += await self._try(asked, day)
            except ServiceError as error:
                failures.append(MailRefused(error.detail, is_final=False))
                _log.warning("digests wait: %s", error.detail)
            except Exception as error:  # noqa: BLE001 - the log says what it was; the next round may do
                failures.append(MailRefused(type(error).__name__, is_final=False))
                _log.exception("digests wait")
            self.failure = failures[0].detail if failures else ""
            if not failures:
                self._pause_s = _FIRST_PAUSE_S
                await asyncio.sleep(_EVERY_S)
                continue
            # A wrong password that is tried often gets its account locked.
            is_final = any(one.is_final for one in failures)
            await asyncio.sleep(_LONGEST_PAUSE_S if is_final else self._pause_s)
            self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)

    async def _try(self, asked: Asked, day: int) -> list[MailRefused]:
        """Send one; why it was refused. The others are sent all the same."""
        self._sending = asyncio.create_task(self._send(asked, day))
        try:
            await asyncio.shield(self._sending)
        except MailRefused as error:
            _log.warning("a digest was not sent: %s", error.detail)
            return [error]
        return []

    async def _send(self, asked: Asked, day: int) -> None:
        person = self._people.named(asked.person_id)
        if person.stores is not None and not person.stores:
            return
        store_ids = None if person.stores is None else tuple(sorted(person.stores))
        digest = await self._digests.of(day, store_ids, person.language or asked.language)
        mark = self._mail.mark(day, person.email)
        message = self._mail.message(digest, person.email, self._clock.now(), mark)
        await self._mail.send(message)
        await self._digests.sent(person.id, day)
        _log.info("the digest of %s was sent to %s", digest.day, person.email)
