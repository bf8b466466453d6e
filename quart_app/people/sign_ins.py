"""Where people are signed in: a token in the browser, its hash here."""

import logging
import secrets
from collections.abc import Callable
from hashlib import sha256

from quart_app.clock import Clock
from quart_app.database.storage import Storage
from quart_app.database.transaction import Reading
from quart_app.errors import ServiceError
from quart_app.people import repository
from quart_app.people.models import SignIn

_DAY_US = 86_400_000_000
KEPT_DAYS = 30
"""A browser that was not seen for so long has to sign in again."""

_KEPT_US = KEPT_DAYS * _DAY_US
_TOKEN_BYTES = 32
_log = logging.getLogger(__name__)


class SignIns:
    """All of them in memory by their hash; when each was last seen is written once a day."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._known: dict[bytes, SignIn] = {}
        self._seen: dict[bytes, int] = {}
        self.told: Callable[[], None] = lambda: None
        """Called when somebody may see less than before, or is signed out."""

    async def load(self, reading: Reading) -> None:
        """Learn those of the file."""
        self._known = {one.hash: one for one in await repository.sign_ins(reading)}

    def person_id(self, token: bytes) -> int | None:
        """Whose token this is, if it holds."""
        hashed = sha256(token).digest()
        found = self._known.get(hashed)
        if found is None:
            return None
        now = self._clock.now()
        if now - found.last_seen_at_us > _KEPT_US:
            del self._known[hashed]
            return None
        if now - found.last_seen_at_us > _DAY_US:
            found.last_seen_at_us = self._seen[hashed] = int(now)
        return found.person_id

    async def add(self, person_id: int) -> str:
        """Sign somebody in; the token is for the browser alone."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        now = int(self._clock.now())
        made = SignIn(
            hash=sha256(token.encode()).digest(),
            person_id=person_id,
            signed_in_at_us=now,
            last_seen_at_us=now,
        )
        async with self._storage.write() as writing:
            await writing.run(
                repository.forgetting(now - _KEPT_US),
                repository.signing_in(made),
            )
        self._known[made.hash] = made
        return token

    async def end(self, token: bytes) -> None:
        """Sign a browser out."""
        hashed = sha256(token).digest()
        if hashed in self._known:
            async with self._storage.write() as writing:
                await writing.run(repository.signing_out(hashed))
            self._known.pop(hashed, None)
            self.told()

    def forget_all(self, person_id: int) -> None:
        """Every sign-in of a person has been ended in the file."""
        self._known = {
            hashed: one for hashed, one in self._known.items() if one.person_id != person_id
        }
        self.told()

    async def note(self) -> bool:
        """Write down who was seen today for the first time, once a day a browser; if any was."""
        seen = dict(self._seen)
        if not seen:
            return False
        try:
            async with self._storage.write() as writing:
                await writing.run(*repository.seeing(seen))
        except ServiceError as error:
            _log.warning("when people were seen last could not be kept: %s", error.detail)
        else:
            self._seen = {one: at for one, at in self._seen.items() if seen.get(one) != at}
        return True
