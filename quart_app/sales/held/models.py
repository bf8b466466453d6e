"""A receipt that is held, as it is kept and shown."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from quart_app.errors import Fault
from quart_app.sales.taking.arrivals import Arrival
from quart_app.values.identifiers import MAX_ID, Id


class Retried(msgspec.Struct, frozen=True):
    """A held receipt that is to be judged again, as it came in.

    ``receipt_id`` is the till's own or the one that the service made; a ``newcomer`` has not its
    identity. One that was voided while it was held is counted as voided.
    """

    held_id: int
    receipt_id: str
    arrival: Arrival
    is_newcomer: bool
    reasons: tuple[Fault, ...]
    voided_at_us: int | None
    void_reason: str | None


class HeldSale(msgspec.Struct, frozen=True, kw_only=True):
    """A held receipt as it stands: still held, or what it became."""

    id: int
    status: Literal["held", "counted", "discarded"]
    receipt_id: str
    store_id: int
    till_id: str
    received_at_us: int
    document: bytes
    reasons: tuple[Fault, ...]
    voided_at_us: int | None
    void_reason: str | None
    settled_at_us: int | None
    discard_reason: str | None


class HeldListing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the list of held receipts may be asked for, those that came first first."""

    store_id: Id | None = None
    status: Literal["held", "counted", "discarded"] = "held"
    limit: Annotated[int, Meta(ge=1, le=1_000)] = 100
    after: Annotated[int, Meta(ge=0, le=MAX_ID)] = 0
