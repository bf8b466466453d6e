"""A batch: many receipts, each by itself, judged and written in groups as they come in."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache

import msgspec

from quart_app.access.acting import Actor, acting
from quart_app.clock import Clock
from quart_app.errors import Fault, Forbidden, Invalid, Malformed, TooLarge
from quart_app.sales.arrivals import Arrival
from quart_app.sales.forms import ReceiptForm
from quart_app.sales.models import Conflicting, Created, Duplicate, Held, Outcome
from quart_app.sales.service import Sales
from quart_app.tills.models import Ack
from quart_app.tills.numbers import TillKey
from quart_app.tills.service import Tills
from quart_app.wire import Wire

MAX_RECEIPTS = 10_000
GROUP = 1_000
"""Receipts of one transaction: the posts of other tills wait for no more than these."""


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

    def add(self, result: Result) -> None:
        """Count one more receipt."""
        setattr(self, result.status, getattr(self, result.status) + 1)
        self.results.append(result)


class Rejected(msgspec.Struct, frozen=True):
    """A receipt that is not judged at all, and why."""

    faults: tuple[Fault]
    receipt_id: str | None = None


class Batches:
    """Takes batches of receipts."""

    def __init__(self, sales: Sales, tills: Tills, wire: Wire, clock: Clock) -> None:
        self._sales = sales
        self._tills = tills
        self._wire = wire
        self._clock = clock
        self._decoder = wire.decoder(ReceiptForm)

    async def take(self, items: AsyncIterator[bytes | None], *, is_trial: bool) -> Report:
        """Judge and write every item; None is one too long to be a receipt.

        A trial writes nothing. While a group is written the next is read. Raises TooLarge for one
        receipt too many, Busy, StorageFull or StorageFailed: the groups before are counted then.
        """
        report, actor = Report(), acting()
        seen: set[TillKey] = set()
        group: list[Arrival | Rejected] = []
        writing: asyncio.Task[Sequence[Outcome]] | None = None
        written: list[Arrival | Rejected] = []
        count = 0
        try:
            async for item in items:
                count += 1
                if count > MAX_RECEIPTS:
                    raise TooLarge(
                        f"a batch has at most {MAX_RECEIPTS:,} receipts; send the others in "
                        "another one (those before are counted, and may be sent again)"
                    )
                one = self._read(item, actor)
                group.append(one)
                if isinstance(one, Rejected) and not is_trial:
                    self._sales.outcomes.reject()
                if isinstance(one, Arrival) and one.form.sequence_number is not None:
                    seen.add(one.till)
                if len(group) >= GROUP and not is_trial:
                    if writing is not None:
                        _tell(report, written, await writing)
                    writing, written, group = self._begin(group), group, []
            if writing is not None:
                _tell(report, written, await writing)
            writing = None
            if arrivals := [one for one in group if isinstance(one, Arrival)]:
                take = self._sales.try_all if is_trial else self._sales.take_all
                _tell(report, group, await take(arrivals))
            else:
                _tell(report, group, ())
        finally:
            if writing is not None:
                await asyncio.gather(writing, return_exceptions=True)
        report.acks = await self._tills.acks(sorted(seen))
        return report

    def _begin(self, group: list[Arrival | Rejected]) -> "asyncio.Task[Sequence[Outcome]]":
        arrivals = [one for one in group if isinstance(one, Arrival)]
        return asyncio.create_task(self._sales.take_all(arrivals))

    def _read(self, item: bytes | None, actor: Actor) -> Arrival | Rejected:
        if item is None:
            return Rejected(_alone("", "receipt_too_large", "a receipt is shorter than this"))
        try:
            form, canonical = self._wire.decode_sent(self._decoder, item)
        except (Invalid, Malformed) as error:
            fault = error.faults[0] if error.faults else Fault("", error.code, error.detail)
            return Rejected(_alone(fault.path, fault.code, fault.detail))
        try:
            actor.require_store(form.store_id)
        except Forbidden as error:
            return Rejected(_alone("store_id", error.code, error.detail), form.receipt_id)
        return self._sales.arrived(form, canonical, self._clock.now())


@lru_cache(maxsize=256)
def _alone(path: str, code: str, detail: str) -> tuple[Fault]:
    """One fault; of ten thousand that are alike there is one in memory."""
    return (Fault(path, code, detail),)


def _tell(report: Report, group: list[Arrival | Rejected], outcomes: Sequence[Outcome]) -> None:
    told = iter(outcomes)
    for one in group:
        index = len(report.results)
        if isinstance(one, Rejected):
            report.add(Result(index, one.receipt_id, "rejected", one.faults))
        else:
            report.add(_result(index, one, next(told)))


def _result(index: int, arrival: Arrival, outcome: Outcome) -> Result:
    match outcome:
        case Created(sale):
            return Result(index, sale.receipt_id, "created")
        case Duplicate(receipt_id):
            return Result(index, receipt_id, "duplicate")
        case Held(receipt_id, faults):
            return Result(index, receipt_id, "held", faults)
        case Conflicting(receipt_id):
            return Result(index, receipt_id, "conflict", (outcome.fault,))
    return Result(index, arrival.form.receipt_id, "rejected", outcome.faults)
