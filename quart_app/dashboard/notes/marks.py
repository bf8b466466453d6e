"""Notes beside the rows of a timeline: each at the day, week or month that it is about."""

from bisect import bisect
from collections.abc import Mapping, Sequence

import msgspec

from quart_app.notes.models import Note
from quart_app.reports.models import Table
from quart_app.values.calendar import Day

MOST_LISTED = 50
"""Notes below a table; the pages of their months have them all."""


class Listed(msgspec.Struct, frozen=True):
    """Notes below the rows of a page, the newest day first, and how many more there are."""

    notes: Sequence[Note]
    further: int

    def has(self, note: Note) -> bool:
        """Whether a note is among them."""
        return any(one.id == note.id for one in self.notes)


def listed_of(notes: Sequence[Note], table: Table, start: int, end: int) -> Listed:
    """The notes about the days of some rows of a timeline."""
    dates = [row[0] for row in table.rows] if notes else []
    shown, known = set(dates[start:end]), sorted(dates)
    found = [note for note in notes if (at := bisect(known, note.day)) and known[at - 1] in shown]
    return Listed(found[:MOST_LISTED], len(found[MOST_LISTED:]))


def marks_of(notes: Sequence[Note], table: Table) -> Mapping[str, list[Note]]:
    """The notes by the date of their row, as the API writes it; in the order of their days."""
    dates = sorted(row[0] for row in table.rows) if notes else []
    found: dict[str, list[Note]] = {}
    for note in reversed(notes):
        if at := bisect(dates, note.day):
            found.setdefault(str(Day(dates[at - 1])), []).append(note)
    return found
