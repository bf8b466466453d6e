"""A batch: many receipts, each by itself, judged and written in groups as they come in."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import lru_cache

import msgspec

from quart_app.access.acting import Actor, acting
from quart_app.clock import Clock
from quart_app.database.group_commit import Sender
from quart_app.errors import Fault, Forbidden, Invalid, Malformed, TooLarge
from quart_app.sales.models import (
    AllCreated,
    Conflicting,
    Created,
    Duplicate,
    Held,
    Outcomes,
    Refused,
)
from quart_app.sales.service import Sales
from quart_app.sales.taking.parts import Part
from quart_app.sales.taking.reception import Read, Reception
from quart_app.tills.models import Ack
from quart_app.tills.numbers import TillKey
from quart_app.tills.service import Tills
from quart_app.values.instant import Instant

MAX_RECEIPTS = 10_000
GROUP = 2_000
"""Receipts of a part: priced, counted and refused together."""


class Result(msgspec.Struct, omit_defaults=True, gc=False):
    """What became of one receipt of a batch."""

    index: int
    receipt_id: str | None
    status: str
    errors: tuple[Fault, ...] = ()


class Report(msgspec.Struct):
    """What became of a batch, and what its tills may forget."""

    created: int = 0
    duplicate: int = 0
    held: int = 0
    conflict: int = 0
    rejected: int = 0
    acks: Sequence[Ack] = ()
    results: list[Result] = msgspec.field(default_factory=list)

    def count(self) -> None:
        """Say how many came to what."""
        for status, count in Counter([result.status for result in self.results]).items():
            setattr(self, status, count)


class Rejected(msgspec.Struct, frozen=True, gc=False):
    """A receipt that is not judged at all, and why."""

    faults: tuple[Fault]
    receipt_id: str | None = None


class _Group:
    """Receipts of a batch that are judged together, and between them those that are not."""

    def __init__(self, reception: Reception) -> None:
        self.part = Part(reception)
        self.rejected: dict[int, Rejected] = {}
        """Those that are not judged, by their places."""

    def __len__(self) -> int:
        return len(self.part) + len(self.rejected)


class _Taking:
    """A batch that is being taken: while a group of it is written the next is read."""

    def __init__(self, sales: Sales, *, is_trial: bool) -> None:
        self.report = Report()
        self.tills: set[TillKey] = set()
        self._sales = sales
        self._is_trial = is_trial
        self._count = 0
        self._group = _Group(sales.reception)
        self._closed: deque[_Group] = deque()
        self._writing: deque[tuple[_Group, asyncio.Future[Outcomes]]] = deque()
        self._sender = Sender()

    @property
    def is_plain(self) -> bool:
        """Whether all of the group could be priced so far."""
        return self._group.part.has_all

    def add(self, one: Read | Rejected, now: Instant) -> None:
        """Take the next; of those that are too many only that there are some."""
        self._count += 1
        if self._count > MAX_RECEIPTS:
            return
        if isinstance(one, Rejected):
            self._group.rejected[len(self._group)] = one
            if not self._is_trial:
                self._sales.outcomes.reject()
        else:
            self._group.part.add(one, now)
        if len(self._group) >= GROUP and not self._is_trial:
            self._close()

    async def write(self) -> None:
        """Have those groups written that are full; TooLarge where more came than a batch has."""
        while self._closed:
            group = self._closed.popleft()
            self._writing.append((group, await self._judged(group.part)))
        while self._writing and self._writing[0][1].done():
            await self._written()
        if self._count > MAX_RECEIPTS:
            raise TooLarge(
                f"a batch has at most {MAX_RECEIPTS:,} receipts; send the others in another one "
                "(those before are counted, and may be sent again)"
            )

    async def finish(self) -> None:
        """Have all written, and wait for it."""
        self._close()
        await self.write()
        while self._writing:
            await self._written()

    def _close(self) -> None:
        self._closed.append(self._group)
        self._group = _Group(self._sales.reception)

    async def _judged(self, part: Part) -> asyncio.Future[Outcomes]:
        if self._is_trial:
            return asyncio.ensure_future(self._tried(part))
        if len(part):
            return await self._sales.take_part(part, self._sender)
        nothing: asyncio.Future[Outcomes] = asyncio.get_running_loop().create_future()
        nothing.set_result(())
        return nothing

    async def _written(self) -> None:
        group, outcomes = self._writing.popleft()
        _tell(self.report, group, await outcomes)
        self.tills |= group.part.tills

    async def end(self) -> None:
        """Leave nothing under way."""
        await asyncio.gather(*[one for _, one in self._writing], return_exceptions=True)

    async def _tried(self, part: Part) -> Outcomes:
        return await self._sales.try_all(await part.arrivals())


class Batches:
    """Takes batches of receipts."""

    def __init__(self, sales: Sales, tills: Tills, clock: Clock) -> None:
        self._sales = sales
        self._reception = sales.reception
        self._tills = tills
        self._clock = clock

    async def take(self, items: AsyncIterator[Sequence[bytes | None]], *, is_trial: bool) -> Report:
        """Judge and write every item; None is one too long to be a receipt.

        The items are given as many together as have come. A trial writes nothing. Raises TooLarge
        for one receipt too many, Busy, StorageFull or StorageFailed: the groups before are counted
        then.
        """
        taking, actor = _Taking(self._sales, is_trial=is_trial), acting()
        turns = self._reception.turns
        number = turns.number()
        try:
            async for some in items:
                async with turns.turn(number):
                    now = self._clock.now()
                    read = [self._read(item, actor) for item in some]
                    # Where one cannot be priced the others of its part are judged one by one too.
                    if taking.is_plain:
                        await self._reception.look_up(
                            [one.form for one in read if isinstance(one, Read)]
                        )
                    for one in read:
                        taking.add(one, now)
                await taking.write()
            await taking.finish()
        finally:
            await taking.end()
        report = taking.report
        report.count()
        report.acks = await self._tills.acks(sorted(taking.tills))
        return report

    def _read(self, item: bytes | None, actor: Actor) -> Read | Rejected:
        if item is None:
            return Rejected(_alone("", "receipt_too_large", "a receipt is shorter than this"))
        try:
            read = self._reception.read_part(item)
        except (Invalid, Malformed) as error:
            fault = error.faults[0] if error.faults else Fault("", error.code, error.detail)
            return Rejected(_alone(fault.path, fault.code, fault.detail))
        try:
            actor.require_store(read.form.store_id)
        except Forbidden as error:
            return Rejected(_alone("store_id", error.code, error.detail), read.form.receipt_id)
        return read


@lru_cache(maxsize=256)
def _alone(path: str, code: str, detail: str) -> tuple[Fault]:
    """One fault; of ten thousand that are alike there is one in memory."""
    return (Fault(path, code, detail),)


def _tell(report: Report, group: _Group, outcomes: Outcomes) -> None:
    told = _told(group.part, outcomes)
    first = len(report.results)
    for place in range(len(group)):
        if (rejected := group.rejected.get(place)) is not None:
            result = Result(first + place, rejected.receipt_id, "rejected", rejected.faults)
        else:
            result = Result(first + place, *next(told))
        report.results.append(result)


def _told(part: Part, outcomes: Outcomes) -> Iterator[tuple[str | None, str, tuple[Fault, ...]]]:
    """The receipt id, the status and the faults of each."""
    if isinstance(outcomes, AllCreated):
        for receipt_id in outcomes.receipt_ids:
            yield receipt_id, "created", ()
        return
    for sent_id, outcome in zip(part.sent_ids, outcomes, strict=True):
        match outcome:
            case Created(sale):
                yield sale.receipt_id, "created", ()
            case Duplicate(receipt_id):
                yield receipt_id, "duplicate", ()
            case Held(receipt_id, faults):
                yield receipt_id, "held", faults
            case Conflicting(receipt_id):
                yield receipt_id, "conflict", (outcome.fault,)
            case Refused(faults):
                yield sent_id, "rejected", faults
