"""The table of access keys."""

import json
from collections.abc import Mapping

from quart_app.access.models import Key
from quart_app.database.steps import Statement
from quart_app.database.transaction import Reading

_ADD = """
    INSERT INTO access_keys (
           id, hash, role, name, store_id, created_at_us, expires_on)
    VALUES (
           :id, :hash, :role, :name, :store_id, :created_at_us, :expires_on)
"""
_REVOKE = """
    UPDATE access_keys
       SET revoked_at_us = :revoked_at_us
     WHERE id = :id
"""
_USED = """
    UPDATE access_keys
       SET last_used_at_us = used.value
      FROM JSON_EACH(:used) AS used
     WHERE access_keys.id = CAST(used.key AS INTEGER)
"""


def adding(key: Key) -> Statement:
    """What keeps a new key, by its hash."""
    return (
        _ADD,
        {
            "id": key.id,
            "hash": key.hash,
            "role": key.role,
            "name": key.name,
            "store_id": key.store_id,
            "created_at_us": key.created_at_us,
            "expires_on": key.expires_on,
        },
    )


def revoking(key_id: int, at_us: int) -> Statement:
    """What ends a key; the row stays."""
    return _REVOKE, {"id": key_id, "revoked_at_us": at_us}


def using(used: Mapping[int, int]) -> Statement:
    """What writes down when keys were used last, by their ids."""
    return _USED, {"used": json.dumps(used)}


async def select(reading: Reading) -> list[Key]:
    """Every key that was ever made, by id."""
    rows = await reading.rows(
        """
        SELECT id,
               hash,
               role,
               name,
               store_id,
               created_at_us,
               expires_on,
               last_used_at_us,
               revoked_at_us
          FROM access_keys
         ORDER BY id
        """
    )
    return [
        Key(
            id=row[0],
            hash=row[1],
            role=row[2],
            name=row[3],
            store_id=row[4],
            created_at_us=row[5],
            expires_on=row[6],
            last_used_at_us=row[7],
            revoked_at_us=row[8],
        )
        for row in rows
    ]
