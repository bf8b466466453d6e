"""The table of notes."""

import json
from collections.abc import Iterable

from quart_app.database.steps import Row, Statement
from quart_app.database.transaction import Reading, Writing
from quart_app.notes.models import Note
from quart_app.values.calendar import Period

_ADD = """
    INSERT INTO notes (
           id, business_date, store_id, text, writer_id, writer, written_at_us)
    VALUES (
           :id, :day, :store_id, :text, :writer_id, :writer, :written_at_us)
"""
_CHANGE = """
    UPDATE notes
       SET business_date = :day,
           store_id = :store_id,
           text = :text,
           changed_at_us = :changed_at_us
     WHERE id = :id
"""
_REMOVE = """
    DELETE FROM notes
     WHERE id = :id
"""
_NOTES = """
    SELECT notes.id,
           notes.business_date,
           notes.store_id,
           COALESCE(stores.name, stores.address),
           notes.text,
           notes.writer_id,
           notes.writer,
           notes.written_at_us,
           notes.changed_at_us
      FROM notes
           LEFT JOIN stores
           ON stores.id = notes.store_id
"""


def adding(note: Note) -> Statement:
    """What keeps a new note."""
    return _ADD, {
        "id": note.id,
        "day": note.day,
        "store_id": note.store_id,
        "text": note.text,
        "writer_id": note.writer_id,
        "writer": note.writer,
        "written_at_us": note.written_at_us,
    }


def changing(note: Note) -> Statement:
    """What keeps a note's day, store and text."""
    return _CHANGE, {
        "id": note.id,
        "day": note.day,
        "store_id": note.store_id,
        "text": note.text,
        "changed_at_us": note.changed_at_us,
    }


def removing(note_id: int) -> Statement:
    """What removes a note."""
    return _REMOVE, {"id": note_id}


async def next_id(writing: Writing) -> int:
    """The id of the note that is written next."""
    return await writing.number(
        """
        SELECT COALESCE(MAX(id), 0) + 1
          FROM notes
        """
    )


async def select(
    reading: Reading,
    period: Period,
    store_ids: Iterable[int] | None,
    *,
    limit: int,
    skip: int = 0,
) -> list[Note]:
    """Notes of a period about the chain and about those stores (None: all), newest day first."""
    rows = await reading.rows(
        f"""
        {_NOTES}
         WHERE notes.business_date BETWEEN :first AND :last
               AND (:store_ids IS NULL
                    OR notes.store_id IS NULL
                    OR notes.store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
         ORDER BY notes.business_date DESC,
                  notes.id DESC
         LIMIT :limit
        OFFSET :skip
        """,
        {
            "first": period.first,
            "last": period.last,
            "store_ids": None if store_ids is None else json.dumps(sorted(store_ids)),
            "limit": limit,
            "skip": skip,
        },
    )
    return [_note(row) for row in rows]


async def by_id(reading: Reading, note_id: int) -> Note | None:
    """A note, if there is one."""
    row = await reading.row(
        f"""
        {_NOTES}
         WHERE notes.id = :id
        """,
        {"id": note_id},
    )
    return None if row is None else _note(row)


def _note(row: Row) -> Note:
    return Note(
        id=row[0],
        day=row[1],
        store_id=row[2],
        store=row[3],
        text=row[4],
        writer_id=row[5],
        writer=row[6],
        written_at_us=row[7],
        changed_at_us=row[8],
    )
