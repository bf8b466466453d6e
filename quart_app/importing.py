"""The ``import`` commands' work: a file's rows into the database, or to a running service."""

import gzip
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from io import BufferedReader
from itertools import islice
from pathlib import Path
from typing import IO, cast

import msgspec

from quart_app.app import Services
from quart_app.catalogue.models import Imported, Listing
from quart_app.errors import Fault, Invalid, NotFound
from quart_app.sales.forms import ReceiptForm
from quart_app.sales.from_csv import Unreadable, receipts
from quart_app.sales.models import Conflicting, Created, Duplicate, Held, Outcome, Refused, Sale
from quart_app.values.calendar import MinuteOfDay, local_time, moved_by_weeks, zone_named

GROUP = 500
MAX_REASONS = 20
MAX_FAULTS = 3
_WEEK_US = 7 * 86_400_000_000

Progress = Callable[[int], None]


class Tally(msgspec.Struct):
    """What became of a file's receipts."""

    created: int = 0
    duplicate: int = 0
    held: int = 0
    refused: int = 0
    to_come: int = 0
    """Of a demonstration: dated after now, and so left out."""
    reasons: list[str] = msgspec.field(default_factory=list)

    def count(self, outcome: Outcome | Unreadable | None) -> None:
        """Add one receipt's outcome; None is one that a service says it has created."""
        match outcome:
            case Created() | None:
                self.created += 1
            case Duplicate():
                self.duplicate += 1
            case Held(_, faults):
                self.held += 1
                self._because(_in_short(faults))
            case Conflicting():
                self._refuse(outcome.fault.detail)
            case Refused(faults):
                self._refuse(_in_short(faults))
            case Unreadable(fault):
                self._refuse(f"{fault.path}: {fault.detail}")

    @property
    def summary(self) -> str:
        """What happened, in a line."""
        return (
            f"{self.created:,} receipts counted, {self.duplicate:,} were there already, "
            f"{self.held:,} held, {self.refused:,} refused"
            + (f", {self.to_come:,} are still to come" if self.to_come else "")
        )

    def _refuse(self, reason: str) -> None:
        self.refused += 1
        self._because(reason)

    def _because(self, reason: str) -> None:
        if len(self.reasons) < MAX_REASONS:
            self.reasons.append(reason)


def _in_short(faults: tuple[Fault, ...]) -> str:
    named = "; ".join(f"{fault.path}: {fault.detail}" for fault in faults[:MAX_FAULTS])
    more = len(faults) - MAX_FAULTS
    return f"{named}; and {more} more" if more > 0 else named


class Loaded(msgspec.Struct):
    """What became of a catalogue's file: all of it was taken."""

    imported: Imported
    refused: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What happened, in a line."""
        done = self.imported
        return f"{done.created:,} created, {done.changed:,} changed, {done.unchanged:,} unchanged"


async def load(
    services: Services, kind: str, file: Path, progress: Progress, *, until_now: bool
) -> Tally | Loaded:
    """Load a file of stores, products or sales into the database, which nobody else may hold."""
    await services.open()
    try:
        if kind == "sales":
            return await import_sales(services, file, progress, until_now=until_now)
        catalogue = services.stores if kind == "stores" else services.products
        with opened(file, progress) as text:
            return Loaded(await catalogue.import_csv(text))
    finally:
        await services.close()


@contextmanager
def opened(file: Path, progress: Progress | None = None) -> Iterator[Iterator[str]]:
    """A file's lines, unpacked where it is gzip, ``-`` for standard input.

    ``progress`` is told how many bytes of the file were read.
    """
    with nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb") as raw:
        packed = cast(BufferedReader, raw).peek(2)[:2] == b"\x1f\x8b"
        unpacked: IO[bytes] = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
        yield _lines(unpacked, raw, None if str(file) == "-" else progress)


def _lines(unpacked: IO[bytes], raw: IO[bytes], progress: Progress | None) -> Iterator[str]:
    told = 0
    for number, line in enumerate(unpacked):
        yield line.decode("utf-8")
        if progress is not None and number % 1_000 == 0:
            progress(raw.tell() - told)
            told = raw.tell()
    if progress is not None:
        progress(raw.tell() - told)


async def import_sales(
    services: Services, file: Path, progress: Progress, *, until_now: bool
) -> Tally:
    """Count every receipt of a file that was not counted before."""
    tally = Tally()
    move = await _mover(services, file) if until_now else None
    with opened(file, progress) as text:
        found = receipts(text, services.wire)
        while group := list(islice(found, GROUP)):
            now = services.clock.now()
            forms = [one for one in group if isinstance(one, ReceiptForm)]
            if move is not None:
                moved = [move(form) for form in forms]
                forms = [form for form in moved if form.occurred_at <= now]
                tally.to_come += len(moved) - len(forms)
            arrivals = [
                services.sales.reception.arrived(form, services.wire.canonical(form), now)
                for form in forms
            ]
            for outcome in await services.sales.take_all(arrivals):
                tally.count(outcome)
            for one in group:
                if isinstance(one, Unreadable):
                    tally.count(one)
    return tally


async def _mover(services: Services, file: Path) -> Callable[[ReceiptForm], ReceiptForm]:
    """What moves a file's receipts by whole weeks so that its last day is today or after it.

    A file that was loaded before keeps the weeks it was moved by then: the same receipts again,
    and those that were still to come.
    """
    if str(file) == "-":
        detail = "standard input cannot be read twice: name a file"
        raise Invalid(detail, faults=[Fault("--until-now", "needs_file", detail)])
    zones = {
        store.known_id: zone_named(str(store.timezone))
        for store in await services.stores.list(Listing())
    }
    last_day, first = 0, None
    with opened(file) as text:
        for form in receipts(text, services.wire):
            if isinstance(form, ReceiptForm) and form.store_id in zones:
                first = first or form
                local = local_time(form.occurred_at, zones[form.store_id], MinuteOfDay(0))
                last_day = max(last_day, local.business_date)
    weeks = 0 if first is None else await _weeks(services, first, last_day)

    def move(form: ReceiptForm) -> ReceiptForm:
        if form.store_id not in zones:
            return form
        moment = moved_by_weeks(form.occurred_at, zones[form.store_id], weeks)
        return msgspec.structs.replace(form, occurred_at=moment)

    return move


async def _weeks(services: Services, first: ReceiptForm, last_day: int) -> int:
    try:
        kept = await services.sales.find(first.receipt_id or "")
    except NotFound:
        kept = None
    if not isinstance(kept, Sale):
        return -((last_day - services.reports.today()) // 7)
    # A summer time that began or ended in between is an hour; half a week rounds it away.
    return (kept.occurred_at_us - first.occurred_at + _WEEK_US // 2) // _WEEK_US
