"""Notes beside the rows of a timeline: each at the day, week or month that it is about."""

from bisect import bisect
from collections.abc import Mapping, Sequence

from quart_app.notes.models import Note
from quart_app.reports.models import Table
from quart_app.values.calendar import Day


def marks_of(notes: Sequence[Note], table: Table) -> Mapping[str, list[Note]]:
    """The notes by the date of their row, as the API writes it; in the order of their days."""
    dates = [row[0] for row in table.rows] if notes else []
    found: dict[str, list[Note]] = {}
    for note in reversed(notes):
        if at := bisect(dates, note.day):
            found.setdefault(str(Day(dates[at - 1])), []).append(note)
    return found
