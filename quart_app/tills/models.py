"""A till as it is shown, and what it may forget."""

import msgspec

from quart_app.values.identifiers import Id
from quart_app.values.shown import InstantText
from quart_app.values.text import Code


class Ack(msgspec.Struct, frozen=True):
    """Every number of a till's series from ``ack_from`` to ``ack_through`` is kept here."""

    store_id: int
    till_id: str
    series: str
    ack_from: int
    ack_through: int


class MissingRange(msgspec.Struct, frozen=True):
    """Numbers that never came, both ends inside."""

    first: int
    last: int


class Till(msgspec.Struct, frozen=True, kw_only=True):
    """A till's series: the receipt that came last, its numbers, its clock.

    ``clock_skew_us`` is by how much its clock is ahead at least (above zero), or behind at most:
    of the receipts received on the last day, the one that came soonest after its own time tells.
    """

    store_id: int
    till_id: str
    series: str
    last_receipt_id: str
    last_occurred_at_us: int
    last_received_at_us: int
    clock_skew_us: int
    ack_from: int | None
    ack_through: int | None
    missing: tuple[MissingRange, ...]


class ShownTill(msgspec.Struct, frozen=True):
    """A till's series: its last receipt, what it may forget, what never came, its clock.

    ``clock_skew_s`` is by how much its clock is ahead at least, or, below zero, behind at most.
    """

    store_id: int
    till_id: str
    series: str
    last_receipt_id: str
    last_occurred_at: InstantText
    last_received_at: InstantText
    clock_skew_s: int
    ack_from: int | None
    ack_through: int | None
    missing: tuple[MissingRange, ...]


class TillListing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which tills are asked about."""

    store_id: Id | None = None
    till_id: Code | None = None
