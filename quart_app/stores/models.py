"""A store, and what may be changed of it."""

from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET, UnsetType

from quart_app.catalogue.models import Entry, Patch
from quart_app.values.calendar import ZoneName
from quart_app.values.text import Name


class Store(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A shop; the zone is that of the chain where none is named."""

    address: Name
    timezone: ZoneName | None = None
    name: Name | None = None
    archived: bool = False


class StorePatch(Patch, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The members of a store to change; another zone counts from then on."""

    address: Name | UnsetType = UNSET
    timezone: ZoneName | UnsetType = UNSET
    name: Name | UnsetType | None = UNSET


class Shop(msgspec.Struct, frozen=True):
    """What a sale needs to know of a store."""

    zone: ZoneInfo
    archived: bool
