"""The rules of a catalogue, the same for products and stores."""

import asyncio
import itertools
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Generic, Protocol, TypeVar

import msgspec

from quart_app.access.acting import acting
from quart_app.access.audit import Audit
from quart_app.catalogue.difference import Change, Difference
from quart_app.catalogue.models import Entry, Imported, Listing, Patch
from quart_app.catalogue.table import Table, read_entries, refused
from quart_app.database.storage import Storage
from quart_app.database.transaction import Reading, Writing
from quart_app.errors import Conflict, Fault, Invalid, NotFound
from quart_app.values.identifiers import MAX_ID
from quart_app.wire import Wire

E = TypeVar("E", bound=Entry)
L_contra = TypeVar("L_contra", bound=Listing, contravariant=True)
L = TypeVar("L", bound=Listing)
V = TypeVar("V")
ENTRIES_AT_ONCE = 500


class Repository(Protocol[E, L_contra]):
    """The SQL of one catalogue's table."""

    async def select(self, reading: Reading, listing: L_contra) -> list[E]:
        """The entries asked for, by id."""

    async def by_ids(self, reading: Reading, ids: Iterable[int]) -> dict[int, E]:
        """Those of the ids that there are, archived ones too."""

    async def upsert(self, writing: Writing, entries: Sequence[E]) -> None:
        """Write entries, replacing those of the same id."""

    async def next_id(self, reading: Reading) -> int:
        """An id above every other."""

    async def is_sold(self, reading: Reading, entry_id: int) -> bool:
        """Whether any receipt speaks of it."""

    async def delete(self, writing: Writing, entry_id: int) -> None:
        """Remove one that no receipt speaks of."""


class Edition:
    """A name for the catalogue as it stands, another one after each change."""

    def __init__(self) -> None:
        self._start = uuid.uuid4().hex[:12]
        self._numbers = itertools.count(1)
        self.told: Callable[[], None] = lambda: None
        """Called after each change."""
        self.advance()

    def advance(self) -> None:
        """Say that the catalogue has changed."""
        self.name = f"{self._start}-{next(self._numbers)}"
        self.told()


class Remembered(Generic[V]):
    """What sales need to know of entries, looked up once an edition.

    A change of the catalogue makes a new edition once it is committed and before the writer's
    turn ends, so whoever writes next looks up afresh.
    """

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._of = ""
        self._known: dict[int, V] = {}

    def at_hand(self) -> Mapping[int, V]:
        """The entries that have been looked up already in this edition."""
        return self._known if self._of == self._edition.name else {}

    async def of(
        self, ids: set[int], look_up: Callable[[Iterable[int]], Awaitable[dict[int, V]]]
    ) -> Mapping[int, V]:
        """The entries of at least these ids, as far as there are any."""
        if self._of != self._edition.name:
            self._of, self._known = self._edition.name, {}
        known = self._known
        # Not a difference of sets, which would look at every product there is.
        if missing := [one for one in ids if one not in known]:
            known |= await look_up(missing)
        return known


class Catalogue(Generic[E, L]):
    """Products, or stores. Every change is one transaction."""

    noun = "entry"
    columns: tuple[str, ...] = ()
    required: tuple[str, ...] = ()

    def __init__(
        self,
        storage: Storage,
        wire: Wire,
        repository: Repository[E, L],
        *,
        audit: Audit,
        entry_type: type[E],
        listing_type: type[L],
    ) -> None:
        self.storage = storage
        self.repository = repository
        self.audit = audit
        self.entry_type = entry_type
        self.listing_type = listing_type
        self.wire = wire
        self.edition = Edition()
        self._whole = "", b""

    async def list(self, listing: L) -> list[E]:
        """The entries asked for, by id."""
        async with self.storage.read() as reading:
            return await self.repository.select(reading, listing)

    async def whole(self) -> bytes:
        """The list of all as JSON, made once an edition.

        It is written some entries at a time, so that tills are answered meanwhile.
        """
        edition = self.edition.name
        if self._whole[0] != edition:
            entries = await self.list(self.listing_type())
            parts = []
            for start in range(0, len(entries), ENTRIES_AT_ONCE):
                parts.append(self.wire.encode(entries[start : start + ENTRIES_AT_ONCE])[1:-1])
                await asyncio.sleep(0)
            self._whole = edition, b"[" + b",".join(parts) + b"]"
        return self._whole[1]

    async def find(self, entry_id: int) -> E:
        """One of them, archived or not; NotFound."""
        async with self.storage.read() as reading:
            return await self._find(reading, entry_id)

    async def known(self, ids: Iterable[int]) -> dict[int, E]:
        """Those of the ids that there are, archived or not."""
        async with self.storage.read() as reading:
            return await self.repository.by_ids(reading, ids)

    async def create(self, entry: E) -> E:
        """Add one under the id it names, or the next; Conflict where that id is taken."""
        async with self._changing() as writing:
            if entry.id is None:
                next_id = await self.repository.next_id(writing)
                if next_id > MAX_ID:
                    raise Conflict("the largest id is taken: name an id", code="no_free_id")
                entry = msgspec.structs.replace(entry, id=next_id)
            elif await self.repository.by_ids(writing, [entry.id]):
                raise Conflict(
                    f"{self.noun} {entry.id} exists; PUT replaces it", code=f"{self.noun}_exists"
                )
            await self.repository.upsert(writing, [entry])
            await self._note(writing, "create", entry.id, entry)
        return entry

    async def replace(self, entry_id: int, entry: E) -> tuple[E, bool]:
        """Put an entry in the place of one, or where there was none (True)."""
        if entry.id not in (None, entry_id):
            detail = f"the address says {entry_id}, the body {entry.id}"
            raise Invalid(detail, faults=[Fault("id", "other_id", detail)])
        entry = msgspec.structs.replace(entry, id=entry_id)
        async with self._changing() as writing:
            kept = (await self.repository.by_ids(writing, [entry_id])).get(entry_id)
            await self._write(writing, kept, entry)
            await self._note(writing, "create" if kept is None else "replace", entry_id, entry)
        return entry, kept is None

    async def change(self, entry_id: int, patch: Patch) -> E:
        """Change the members that were sent; NotFound."""
        async with self._changing() as writing:
            kept = await self._find(writing, entry_id)
            entry = msgspec.structs.replace(kept, **patch.changes())
            await self._write(writing, kept, entry)
            await self._note(writing, "change", entry_id, patch.changes())
        return entry

    async def delete(self, entry_id: int) -> None:
        """Remove one; what has been sold is archived, so that every report keeps it."""
        async with self._changing() as writing:
            kept = await self._find(writing, entry_id)
            if await self.repository.is_sold(writing, entry_id):
                archived = msgspec.structs.replace(kept, archived=True)
                await self.repository.upsert(writing, [archived])
                await self._note(writing, "archive", entry_id, kept)
            else:
                await self.repository.delete(writing, entry_id)
                await self._note(writing, "delete", entry_id, kept)

    async def is_sold(self, entry_id: int) -> bool:
        """Whether it would be archived, and not deleted."""
        async with self.storage.read() as reading:
            return await self.repository.is_sold(reading, entry_id)

    async def preview(self, text: Iterable[str]) -> Difference[E]:
        """What an import of a table would change; with any fault Invalid, as the import."""
        edition = self.edition.name
        table = await self._read(text)
        async with self.storage.read(snapshot=True) as reading:
            return await self._difference(reading, table, edition)

    async def import_csv(self, text: Iterable[str], *, edition: str | None = None) -> Imported:
        """Create or replace every row's entry: all of them or, with any fault, none (Invalid).

        Conflict where the catalogue is not as it was in the ``edition`` that is named.
        """
        table = await self._read(text)
        async with self._changing() as writing:
            if edition not in (None, self.edition.name):
                raise Conflict("the catalogue has changed meanwhile", code="catalogue_changed")
            difference = await self._difference(writing, table, self.edition.name)
            await self.repository.upsert(writing, difference.written)
            await self._note(writing, "import", "", difference.counts)
        return difference.counts

    async def check(self, reading: Reading, kept: E | None, entry: E) -> None:
        """A catalogue's own rule about what may become of an entry; Conflict."""

    def complete(self, entry: E) -> E:
        """An entry with what it did not name filled in."""
        return entry

    async def _note(self, writing: Writing, what: str, subject: object, detail: object) -> None:
        await writing.run(self.audit.noting(f"{self.noun}.{what}", subject, detail))

    async def _find(self, reading: Reading, entry_id: int) -> E:
        found = await self.repository.by_ids(reading, [entry_id])
        if entry_id not in found:
            raise NotFound(f"there is no {self.noun} {entry_id}", code=f"{self.noun}_not_found")
        return found[entry_id]

    async def _write(self, writing: Writing, kept: E | None, entry: E) -> None:
        await self.check(writing, kept, entry)
        await self.repository.upsert(writing, [entry])

    async def _read(self, text: Iterable[str]) -> Table[E]:
        return await read_entries(
            text,
            self.wire,
            self.entry_type,
            columns=self.columns,
            required=self.required,
            complete=self.complete,
        )

    async def _difference(self, reading: Reading, table: Table[E], edition: str) -> Difference[E]:
        kept = await self.repository.by_ids(reading, table.entries)
        created = [one for one in table.entries.values() if one.known_id not in kept]
        changed = [
            Change(kept[one_id], one)
            for one_id, one in table.entries.items()
            if one_id in kept and kept[one_id] != one
        ]
        faults = []
        for change in changed:
            try:
                await self.check(reading, change.kept, change.entry)
            except Conflict as error:
                row = table.rows[change.kept.known_id]
                faults.append(Fault(f"row {row}", error.code, error.detail))
        if faults:
            raise refused(faults)
        return Difference(
            edition=edition, created=created, changed=changed, unchanged=len(kept) - len(changed)
        )

    def _changing(self) -> AbstractAsyncContextManager[Writing]:
        """The transaction of a change, for whoever may change what is the whole chain's."""
        acting().require_all_stores()
        return self.storage.write(after=self.edition.advance)
