"""The questions that any catalogue answers."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from quart_app.values.identifiers import Id


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A thing of a catalogue; as a body its id may be left out."""

    id: Id | None = None

    @property
    def known_id(self) -> int:
        """The id of an entry that is kept."""
        assert self.id is not None
        return self.id


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a list is asked for: all of it in the order of ids, or a page after an id."""

    limit: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    after: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    q: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    archived: bool = False


class Patch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The members to change; what is not sent stays."""

    archived: bool | UnsetType = UNSET

    def changes(self) -> dict[str, object]:
        """What was sent, by member."""
        return {
            name: value
            for name in self.__struct_fields__
            if (value := getattr(self, name)) is not UNSET
        }


class Importing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a table is to be imported."""

    dry_run: bool = False


class Imported(msgspec.Struct, frozen=True):
    """What an import did, entry by entry."""

    created: int
    changed: int
    unchanged: int


def kept_form(entry_type: type[Entry]) -> Any:
    """What an entry that is kept is shown as: every member is there, and so is the id."""
    members = msgspec.structs.fields(entry_type)
    return msgspec.defstruct(
        f"Kept{entry_type.__name__}",
        [(one.name, Id if one.name == "id" else one.type) for one in members],
        namespace={"__doc__": entry_type.__doc__},
    )
