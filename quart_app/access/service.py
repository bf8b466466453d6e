"""Access keys: made, listed, revoked, and known again at each request from memory."""

import asyncio
import logging
import secrets
from hashlib import sha256
from zoneinfo import ZoneInfo

import msgspec

from quart_app.access import repository
from quart_app.access.acting import OPERATOR, Actor
from quart_app.access.audit import Audit
from quart_app.access.models import Key, KeyForm, ShownKey
from quart_app.clock import Clock
from quart_app.database.steps import Statement
from quart_app.database.storage import Storage
from quart_app.database.transaction import Writing
from quart_app.errors import Fault, Invalid, NotFound, ServiceError
from quart_app.in_turn import InTurn
from quart_app.stores.service import Stores
from quart_app.values.calendar import Day, day_begins, local_time
from quart_app.values.instant import Instant, format_instant
from quart_app.watching import Watching

_KEY_BYTES = 32
# Each writing is a commit, after which nobody's copy of a report is known to be fresh.
_NOTE_S = 300
_log = logging.getLogger(__name__)
_NEVER = Instant(2**62)


class _Entry:
    """A key in memory."""

    def __init__(self, key: Key, zone: ZoneInfo) -> None:
        self.key = key
        self.stores = None if key.store_id is None else frozenset((key.store_id,))
        self.last_used_at_us = key.last_used_at_us
        self.ends_at = _NEVER if key.expires_on is None else day_begins(key.expires_on + 1, zone)


class Keys:
    """Every key that was ever made, kept in memory by its hash.

    A change is in memory before anyone is told of it, and so holds for the next request.
    """

    def __init__(
        self, storage: Storage, stores: Stores, audit: Audit, *, clock: Clock, zone: ZoneInfo
    ) -> None:
        self._storage = storage
        self._stores = stores
        self._audit = audit
        self._clock = clock
        self._zone = zone
        self._known: dict[int, _Entry] = {}
        # The hash of 256 random bits is looked up, so that the time it takes tells nothing of them.
        self._good: dict[bytes, _Entry] = {}
        self._operator: bytes | None = None
        self._is_loaded = False
        self._used: dict[int, int] = {}
        self._changes = InTurn()
        self._watching = Watching(self._keep_watch)

    @property
    def is_open(self) -> bool:
        """Whether no key was ever made: then whoever reaches the service may do everything."""
        return not self._known

    async def load(self) -> None:
        """Learn the keys of the file, once it is open; loading again does nothing."""
        if not self._is_loaded:
            async with self._storage.read() as reading:
                for key in await repository.select(reading):
                    self._remember(key)
            self._is_loaded = True

    def admit_operator(self) -> str:
        """A pass for whoever may read the lock file; it holds as long as this process lives."""
        text = f"operator_{secrets.token_urlsafe(_KEY_BYTES)}"
        self._operator = _hash(text.encode())
        return text

    def actor(self, text: bytes, origin: str) -> Actor | None:
        """Whose key it is, if it holds now."""
        hashed = _hash(text)
        entry = self._good.get(hashed)
        if entry is None:
            if self._operator is not None and secrets.compare_digest(hashed, self._operator):
                return msgspec.structs.replace(OPERATOR, origin=origin)
            return None
        now = self._clock.now()
        if now >= entry.ends_at:
            return None
        key = entry.key
        entry.last_used_at_us = self._used[key.id] = now
        return Actor(
            role=key.role, name=key.name, stores=entry.stores, key_id=key.id, origin=origin
        )

    def list(self) -> list[ShownKey]:
        """Every key by id, revoked ones too, but not the keys themselves."""
        return [_shown(entry) for entry in self._known.values()]

    async def create(self, form: KeyForm) -> ShownKey:
        """Make a key; Invalid for a store that does not fit its role, or a day that is past."""
        _require_fitting(form, local_time(self._clock.now(), self._zone, 0).business_date)
        return await self._changes.to_its_end(self._create(form))

    async def revoke(self, key_id: int) -> None:
        """End a key at once; NotFound. To end it again changes nothing."""
        await self._changes.to_its_end(self._revoke(key_id))

    async def watch(self) -> None:
        """Write down now and then when keys were used last, until ``finish``."""
        self._watching.begin()

    async def finish(self) -> None:
        """Watch no more, and write down what is not yet written."""
        await self._watching.end()
        await self._note_used()

    async def _keep_watch(self) -> None:
        while True:
            await asyncio.sleep(_NOTE_S)
            await self._note_used()

    async def _note_used(self) -> None:
        used = dict(self._used)
        if not used:
            return
        try:
            async with self._storage.write() as writing:
                await writing.run(repository.using(used))
            self._used = {id_: at for id_, at in self._used.items() if used.get(id_) != at}
        except ServiceError as error:
            _log.warning("when keys were used last could not be kept: %s", error.detail)

    async def _create(self, form: KeyForm) -> ShownKey:
        async with self._storage.write() as writing:
            if form.store_id is not None:
                await self._require_store(writing, form.store_id)
            key_id = max(self._known, default=0) + 1
            text = f"sk_{key_id}_{secrets.token_urlsafe(_KEY_BYTES)}"
            key = Key(
                id=key_id,
                hash=_hash(text.encode()),
                role=form.role,
                name=form.name,
                store_id=form.store_id,
                created_at_us=int(self._clock.now()),
                expires_on=form.expires,
                last_used_at_us=None,
                revoked_at_us=None,
            )
            await writing.run(
                repository.adding(key), self._audit.noting("key.create", key_id, form)
            )
        self._remember(key)
        return msgspec.structs.replace(_shown(self._known[key_id]), key=text)

    async def _revoke(self, key_id: int) -> None:
        async with self._storage.write() as writing:
            entry = self._known.get(key_id)
            if entry is None:
                raise NotFound(f"there is no key {key_id}", code="key_not_found")
            if entry.key.revoked_at_us is not None:
                return
            now = int(self._clock.now())
            noted: Statement = self._audit.noting("key.revoke", key_id, {"name": entry.key.name})
            await writing.run(repository.revoking(key_id, now), noted)
        entry.key = msgspec.structs.replace(entry.key, revoked_at_us=now)
        del self._good[entry.key.hash]

    async def _require_store(self, writing: Writing, store_id: int) -> None:
        if store_id not in await self._stores.shops(writing, {store_id}):
            fault = Fault("store_id", "unknown_store", f"there is no store {store_id}")
            raise Invalid(fault.detail, code=fault.code, faults=[fault])

    def _remember(self, key: Key) -> None:
        entry = self._known[key.id] = _Entry(key, self._zone)
        if key.revoked_at_us is None:
            self._good[key.hash] = entry


def _hash(text: bytes) -> bytes:
    return sha256(text).digest()


def _require_fitting(form: KeyForm, today: int) -> None:
    fault = None
    if form.role == "till" and form.store_id is None:
        fault = Fault("store_id", "missing_member", "a till's key is bound to one store: name it")
    elif form.role != "till" and form.store_id is not None:
        fault = Fault("store_id", "wrong_value", "only a till's key is bound to a store")
    elif form.expires is not None and form.expires < today:
        fault = Fault("expires", "wrong_value", f"{form.expires} is past")
    if fault is not None:
        raise Invalid(fault.detail, faults=[fault])


def _shown(entry: _Entry) -> ShownKey:
    key = entry.key
    return ShownKey(
        id=key.id,
        role=key.role,
        name=key.name,
        store_id=key.store_id,
        created_at=format_instant(key.created_at_us),
        expires=None if key.expires_on is None else str(Day(key.expires_on)),
        last_used_at=_instant(entry.last_used_at_us),
        revoked_at=_instant(key.revoked_at_us),
    )


def _instant(at_us: int | None) -> str | None:
    return None if at_us is None else format_instant(at_us)
