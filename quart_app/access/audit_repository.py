"""The table of who did what; rows are added and never changed."""

import json
from typing import Any

from quart_app.access.acting import Actor
from quart_app.access.models import AuditRecord
from quart_app.database.steps import Statement
from quart_app.database.transaction import Reading

_NOTE = """
    INSERT INTO audit_records (
           at_us, actor, role, key_id, origin, action, subject, detail)
    VALUES (
           :at_us, :actor, :role, :key_id, :origin, :action, :subject, :detail)
"""


def noting(at_us: int, actor: Actor, action: str, subject: str, detail: str) -> Statement:
    """What adds a line to the record."""
    return (
        _NOTE,
        {
            "at_us": at_us,
            "actor": actor.name,
            "role": actor.role,
            "key_id": actor.key_id,
            "origin": actor.origin,
            "action": action,
            "subject": subject,
            "detail": detail,
        },
    )


async def select(reading: Reading, values: dict[str, Any]) -> list[AuditRecord]:
    """A page of the record, newest first.

    ``values`` are ``first_us``, ``end_us``, ``actor``, ``after`` and ``limit``.
    """
    rows = await reading.rows(
        """
        SELECT id,
               at_us,
               actor,
               role,
               key_id,
               origin,
               action,
               subject,
               detail
          FROM audit_records
         WHERE at_us >= :first_us
               AND at_us < :end_us
               AND (:actor IS NULL OR actor = :actor)
               AND (:after IS NULL OR (at_us, id) < (
                   SELECT before.at_us,
                          before.id
                     FROM audit_records AS before
                    WHERE before.id = :after))
         ORDER BY at_us DESC,
                  id DESC
         LIMIT :limit
        """,
        values,
    )
    return [
        AuditRecord(
            id=row[0],
            at_us=row[1],
            actor=row[2],
            role=row[3],
            key_id=row[4],
            origin=row[5],
            action=row[6],
            subject=row[7],
            detail=json.loads(row[8]),
        )
        for row in rows
    ]
