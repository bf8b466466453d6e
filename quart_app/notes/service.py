"""Notes: written, changed and removed by people; seen by whoever may see the shop."""

from collections.abc import Iterable

import msgspec

from quart_app.access.acting import acting
from quart_app.access.audit import Audit
from quart_app.clock import Clock
from quart_app.database.storage import Storage
from quart_app.database.transaction import Reading, Writing
from quart_app.errors import Fault, Forbidden, Invalid, NotFound
from quart_app.notes import repository
from quart_app.notes.models import MAX_LENGTH, Note, NoteForm
from quart_app.people.models import Person
from quart_app.stores.service import Stores
from quart_app.values.calendar import Day, Period

_MOST = 1_000


class Notes:
    """What people wrote down about days; each change is noted in the audit record."""

    def __init__(self, storage: Storage, stores: Stores, audit: Audit, clock: Clock) -> None:
        self._storage = storage
        self._stores = stores
        self._audit = audit
        self._clock = clock

    async def notes_of(
        self,
        period: Period,
        store_ids: Iterable[int] | None = None,
        *,
        limit: int = _MOST,
        skip: int = 0,
    ) -> list[Note]:
        """The notes of a period, the newest day first: the chain's, and those of some stores.

        ``store_ids`` are the stores (None or none: all); of them those that whoever acts may see.
        """
        seen = acting().stores
        asked = frozenset(store_ids or ()) or None
        if asked is not None and seen is not None:
            asked &= seen
        async with self._storage.read() as reading:
            return await repository.select(
                reading, period, seen if asked is None else asked, limit=limit, skip=skip
            )

    async def own(self, note_id: int, person: Person) -> Note:
        """A note that this person wrote; NotFound, Forbidden for another's."""
        async with self._storage.read() as reading:
            return await self._own(reading, note_id, person)

    async def write(self, form: NoteForm, person: Person) -> Note:
        """Keep a new note; Invalid, Forbidden for a store of others or the whole chain."""
        _require_seen(form)
        async with self._storage.write() as writing:
            await self._require_store(writing, form)
            note = Note(
                id=await repository.next_id(writing),
                day=form.day,
                store_id=form.store_id,
                store=None,
                text=_text(form),
                writer_id=person.id,
                writer=person.name,
                written_at_us=int(self._clock.now()),
                changed_at_us=None,
            )
            await writing.run(
                repository.adding(note), self._audit.noting("note.write", note.id, form)
            )
        return note

    async def change(self, note_id: int, form: NoteForm, person: Person) -> None:
        """Give a note another day, store or text: its writer alone may."""
        _require_seen(form)
        async with self._storage.write() as writing:
            note = await self._own(writing, note_id, person)
            await self._require_store(writing, form)
            changed = msgspec.structs.replace(
                note,
                day=form.day,
                store_id=form.store_id,
                text=_text(form),
                changed_at_us=int(self._clock.now()),
            )
            await writing.run(
                repository.changing(changed), self._audit.noting("note.change", note_id, form)
            )

    async def remove(self, note_id: int, person: Person) -> Note:
        """Remove a note: its writer may, and an owner any."""
        async with self._storage.write() as writing:
            note = await self._visible(writing, note_id)
            if not may_remove(note, person):
                raise _others(note)
            detail = {"day": Day(note.day), "store_id": note.store_id, "text": note.text}
            await writing.run(
                repository.removing(note_id), self._audit.noting("note.remove", note_id, detail)
            )
        return note

    async def _own(self, reading: Reading, note_id: int, person: Person) -> Note:
        note = await self._visible(reading, note_id)
        if not may_change(note, person):
            raise _others(note)
        return note

    async def _visible(self, reading: Reading, note_id: int) -> Note:
        """A note; what may not be seen is not there."""
        note = await repository.by_id(reading, note_id)
        seen = acting().stores
        if note is None or (
            note.store_id is not None and seen is not None and note.store_id not in seen
        ):
            raise NotFound(f"there is no note {note_id}", code="note_not_found")
        return note

    async def _require_store(self, writing: Writing, form: NoteForm) -> None:
        if form.store_id is None:
            return
        if form.store_id not in await self._stores.shops(writing, {form.store_id}):
            detail = f"there is no store {form.store_id}"
            raise Invalid(
                detail,
                code="unknown_store",
                faults=[Fault("store_id", "unknown_store", detail)],
            )


def may_change(note: Note, person: Person) -> bool:
    """Whether a note is this person's own."""
    return note.writer_id == person.id


def may_remove(note: Note, person: Person) -> bool:
    """The same, or an owner, who may remove any."""
    return person.is_owner or may_change(note, person)


def _require_seen(form: NoteForm) -> None:
    """Forbidden where whoever acts writes about what they do not see."""
    if form.store_id is None:
        acting().require_all_stores()
    else:
        acting().require_store(form.store_id)


def _text(form: NoteForm) -> str:
    """A note is one paragraph, however it was typed; Invalid where it is too long."""
    text = " ".join(form.text.split())
    if not 1 <= len(text) <= MAX_LENGTH:
        detail = f"a note has 1 to {MAX_LENGTH} characters, this one has {len(text)}"
        raise Invalid(detail, faults=[Fault("text", "wrong_value", detail)])
    return text


def _others(note: Note) -> Forbidden:
    return Forbidden(f"note {note.id} is {note.writer}'s", code="other_writer")
