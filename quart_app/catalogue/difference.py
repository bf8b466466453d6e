"""What a table would change of a catalogue: worked out in one place, to be shown or written."""

from typing import Generic, TypeVar

import msgspec

from quart_app.catalogue.models import Entry, Imported

E = TypeVar("E", bound=Entry)


class Change(msgspec.Struct, Generic[E], frozen=True):
    """An entry as it is kept, and as the table has it."""

    kept: E
    entry: E

    @property
    def members(self) -> tuple[str, ...]:
        """The names of what differs."""
        return tuple(
            name
            for name in self.kept.__struct_fields__
            if getattr(self.kept, name) != getattr(self.entry, name)
        )


class Difference(msgspec.Struct, Generic[E], frozen=True, kw_only=True):
    """What an import does to the catalogue as it stands in an edition."""

    edition: str
    created: list[E]
    changed: list[Change[E]]
    unchanged: int

    @property
    def counts(self) -> Imported:
        """How many entries of each kind."""
        return Imported(len(self.created), len(self.changed), self.unchanged)

    @property
    def written(self) -> list[E]:
        """The entries to write."""
        return [*self.created, *(change.entry for change in self.changed)]
