"""The record of who did what: each line is written in the transaction of what was done."""

from zoneinfo import ZoneInfo

from quart_app.access import audit_repository as repository
from quart_app.access.acting import acting
from quart_app.access.models import AuditListing, AuditRecord
from quart_app.clock import Clock
from quart_app.database.steps import Statement
from quart_app.database.storage import Storage
from quart_app.values.calendar import day_begins
from quart_app.values.instant import Instant
from quart_app.wire import Wire


class Audit:
    """Changes of the catalogue and of keys, voids, and what became of held receipts."""

    def __init__(self, storage: Storage, wire: Wire, clock: Clock, zone: ZoneInfo) -> None:
        self._storage = storage
        self._wire = wire
        self._clock = clock
        self._zone = zone

    def noting(self, action: str, subject: object, detail: object = None) -> Statement:
        """What writes down that whoever acts now did this, to be run with the change itself."""
        text = self._wire.encode(detail).decode()
        return repository.noting(self._clock.now(), acting(), action, str(subject), text)

    async def list(self, listing: AuditListing) -> list[AuditRecord]:
        """A page of the record, newest first."""
        first, last = listing.first, listing.last
        values = {
            "first_us": Instant(0) if first is None else day_begins(first, self._zone),
            "end_us": Instant(2**62) if last is None else day_begins(last + 1, self._zone),
            "actor": listing.actor,
            "after": listing.after,
            "limit": listing.limit,
        }
        async with self._storage.read() as reading:
            return await repository.select(reading, values)
