"""A note, as kept and as written."""

from typing import Annotated

import msgspec
from msgspec import Meta

from quart_app.values.calendar import Day
from quart_app.values.identifiers import Id

MAX_LENGTH = 500
"""Characters of a note."""

# Lines may be broken while it is typed; each break counts twice as it is sent.
_TYPED = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]*$(?!\n)"


class NoteForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is written of a day: about a store, or about the whole chain where none is named."""

    day: Day
    store_id: Id | None = None
    text: Annotated[str, Meta(min_length=1, max_length=2 * MAX_LENGTH, pattern=_TYPED)]


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note that is kept; ``store`` is the name of its store.

    ``writer_id`` is None where whoever wrote it has no account any more.
    """

    id: int
    day: int
    store_id: int | None
    store: str | None
    text: str
    writer_id: int | None
    writer: str
    written_at_us: int
    changed_at_us: int | None
