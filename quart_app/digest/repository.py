"""The table of who asked for digests, and of the last day that each was told of."""

from quart_app.database.steps import Statement
from quart_app.database.transaction import Reading
from quart_app.digest.models import Asked

_ASK = """
    INSERT INTO digests (
           person_id, language, sent_for)
    VALUES (
           :person_id, :language, :sent_for)
        ON CONFLICT (person_id) DO UPDATE
       SET language = excluded.language
"""
_STOP = """
    DELETE FROM digests
     WHERE person_id = :person_id
"""
_SENT = """
    UPDATE digests
       SET sent_for = :day
     WHERE person_id = :person_id
"""


def asking(asked: Asked, sent_for: int) -> Statement:
    """What keeps that somebody wants digests, of the days after one."""
    values = {
        "person_id": asked.person_id,
        "language": asked.language,
        "sent_for": sent_for,
    }
    return _ASK, values


def stopping(person_id: int) -> Statement:
    """What keeps that somebody wants none any more."""
    return _STOP, {"person_id": person_id}


def sending(person_id: int, day: int) -> Statement:
    """What keeps that somebody was told of a day."""
    return _SENT, {"person_id": person_id, "day": day}


async def wants(reading: Reading, person_id: int) -> bool:
    """Whether somebody asked for digests."""
    row = await reading.row(
        """
        SELECT person_id
          FROM digests
         WHERE person_id = :person_id
        """,
        {"person_id": person_id},
    )
    return row is not None


async def lacking(reading: Reading, day: int) -> list[Asked]:
    """Those who have not been told of a day."""
    rows = await reading.rows(
        """
        SELECT person_id,
               language
          FROM digests
         WHERE sent_for < :day
         ORDER BY person_id
        """,
        {"day": day},
    )
    return [Asked(*row) for row in rows]
