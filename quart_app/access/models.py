"""A key as it is kept and shown, and one line of the record of who did what."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from quart_app.values.calendar import Day
from quart_app.values.identifiers import MAX_ID, Id
from quart_app.values.shown import InstantText
from quart_app.values.text import Name

Role = Literal["till", "reader", "manager"]


class KeyForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key to be made; ``expires`` is the last day on which it holds, by the chain's zone."""

    role: Role
    name: Name
    store_id: Id | None = None
    expires: Day | None = None


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of a key but the key itself, which is kept nowhere."""

    id: int
    hash: bytes
    role: Role
    name: str
    store_id: int | None
    created_at_us: int
    expires_on: int | None
    last_used_at_us: int | None
    revoked_at_us: int | None


class ShownKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as the API shows it; ``key`` is there once, in the answer that makes it."""

    id: int
    role: Role
    name: str
    store_id: int | None
    created_at: str
    expires: str | None
    last_used_at: str | None
    revoked_at: str | None
    key: str | msgspec.UnsetType = msgspec.UNSET


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what, when, to which thing, from where."""

    id: int
    at_us: int
    actor: str
    role: Role
    key_id: int | None
    origin: str
    action: str
    subject: str
    detail: Any


class ShownRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the record as the API shows it."""

    id: int
    at: InstantText
    actor: str
    role: Role
    key_id: int | None
    origin: str = msgspec.field(name="from")
    action: str
    subject: str
    detail: Any


class AuditListing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the record may be asked for, newest first; both days are inside, by the chain's zone."""

    first: Day | None = msgspec.field(default=None, name="from")
    last: Day | None = msgspec.field(default=None, name="to")
    actor: Name | None = None
    limit: Annotated[int, Meta(ge=1, le=1_000)] = 100
    after: Annotated[int, Meta(ge=1, le=MAX_ID)] | None = None
