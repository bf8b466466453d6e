"""The tables of people and of where they are signed in."""

import json
from collections.abc import Collection, Mapping

from quart_app.database.steps import Statement
from quart_app.database.transaction import Reading
from quart_app.people.models import Person, SignIn

_ADD = """
    INSERT INTO people (
           id, email, name, role, language, invitation_hash, invited_until_us, password_hash,
           created_at_us)
    VALUES (
           :id, :email, :name, :role, :language, :invitation_hash, :invited_until_us,
           :password_hash, :created_at_us)
"""
_CHANGE = """
    UPDATE people
       SET name = :name,
           role = :role,
           language = :language
     WHERE id = :id
"""
_INVITE = """
    UPDATE people
       SET invitation_hash = :invitation_hash,
           invited_until_us = :invited_until_us
     WHERE id = :id
"""
_CHOOSE = """
    UPDATE people
       SET password_hash = :password_hash,
           invitation_hash = NULL,
           invited_until_us = NULL
     WHERE id = :id
"""
_REMOVE = """
    DELETE FROM people
     WHERE id = :id
"""
_NO_STORES = """
    DELETE FROM people_stores
     WHERE person_id = :id
"""
_STORES = """
    INSERT INTO people_stores (
           person_id, store_id)
    SELECT :id,
           value
      FROM JSON_EACH(:store_ids)
"""
_SIGN_IN = """
    INSERT INTO sign_ins (
           hash, person_id, signed_in_at_us, last_seen_at_us)
    VALUES (
           :hash, :person_id, :at_us, :at_us)
"""
_SIGN_OUT = """
    DELETE FROM sign_ins
     WHERE hash = :hash
"""
_SIGN_OUT_ALL = """
    DELETE FROM sign_ins
     WHERE person_id = :person_id
"""
_SEEN = """
    UPDATE sign_ins
       SET last_seen_at_us = :at_us
     WHERE hash = :hash
"""
_OLD = """
    DELETE FROM sign_ins
     WHERE last_seen_at_us < :before_us
"""


def adding(
    person: Person, *, invitation_hash: bytes | None, password_hash: str | None
) -> list[Statement]:
    """What keeps a new person, invited or with a password."""
    values = {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "role": person.role,
        "language": person.language,
        "invitation_hash": invitation_hash,
        "invited_until_us": person.invited_until_us,
        "password_hash": password_hash,
        "created_at_us": person.created_at_us,
    }
    return [(_ADD, values), _of_stores(person)]


def changing(person: Person) -> list[Statement]:
    """What keeps a person's name, role, language and stores."""
    values = {
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "language": person.language,
    }
    return [(_CHANGE, values), (_NO_STORES, {"id": person.id}), _of_stores(person)]


def inviting(person_id: int, invitation_hash: bytes, until_us: int) -> Statement:
    """What lets a person choose a password with a code."""
    values = {"id": person_id, "invitation_hash": invitation_hash, "invited_until_us": until_us}
    return _INVITE, values


def setting_password(person_id: int, password_hash: str) -> Statement:
    """What keeps a password, and ends the invitation."""
    return _CHOOSE, {"id": person_id, "password_hash": password_hash}


def removing(person_id: int) -> list[Statement]:
    """What removes a person and signs them out everywhere."""
    return [
        signing_out_all(person_id),
        (_NO_STORES, {"id": person_id}),
        (_REMOVE, {"id": person_id}),
    ]


def signing_in(sign_in: SignIn) -> Statement:
    """What keeps a sign-in."""
    values = {
        "hash": sign_in.hash,
        "person_id": sign_in.person_id,
        "at_us": sign_in.signed_in_at_us,
    }
    return _SIGN_IN, values


def signing_out(hashed: bytes) -> Statement:
    """What ends a sign-in."""
    return _SIGN_OUT, {"hash": hashed}


def signing_out_all(person_id: int) -> Statement:
    """What ends every sign-in of a person."""
    return _SIGN_OUT_ALL, {"person_id": person_id}


def seeing(seen: Mapping[bytes, int]) -> list[Statement]:
    """What writes down when sign-ins were last used."""
    return [(_SEEN, {"hash": hashed, "at_us": at_us}) for hashed, at_us in seen.items()]


def forgetting(before_us: int) -> Statement:
    """What ends sign-ins that were not used for too long."""
    return _OLD, {"before_us": before_us}


def _of_stores(person: Person) -> Statement:
    stores: Collection[int] = person.stores or ()
    return _STORES, {"id": person.id, "store_ids": json.dumps(sorted(stores))}


async def select(reading: Reading) -> list[Person]:
    """Everybody, by id."""
    rows = await reading.rows(
        """
        SELECT id,
               email,
               name,
               role,
               language,
               invited_until_us,
               password_hash IS NOT NULL,
               created_at_us,
               (SELECT JSON_GROUP_ARRAY(store_id)
                  FROM people_stores
                 WHERE person_id = people.id)
          FROM people
         ORDER BY id
        """
    )
    return [
        Person(
            id=row[0],
            email=row[1],
            name=row[2],
            role=row[3],
            language=row[4],
            stores=None if row[3] == "owner" else frozenset(json.loads(row[8])),
            invited_until_us=row[5],
            has_password=bool(row[6]),
            created_at_us=row[7],
        )
        for row in rows
    ]


async def sign_ins(reading: Reading) -> list[SignIn]:
    """Everywhere that somebody is signed in."""
    rows = await reading.rows(
        """
        SELECT hash,
               person_id,
               signed_in_at_us,
               last_seen_at_us
          FROM sign_ins
         ORDER BY signed_in_at_us
        """
    )
    return [
        SignIn(hash=row[0], person_id=row[1], signed_in_at_us=row[2], last_seen_at_us=row[3])
        for row in rows
    ]


async def password_of(reading: Reading, person_id: int) -> str | None:
    """The hash of a person's password."""
    row = await reading.row(
        """
        SELECT password_hash
          FROM people
         WHERE id = :id
        """,
        {"id": person_id},
    )
    return None if row is None else row[0]


async def invited(reading: Reading, invitation_hash: bytes) -> int | None:
    """Whose invitation this is."""
    row = await reading.row(
        """
        SELECT id
          FROM people
         WHERE invitation_hash = :invitation_hash
        """,
        {"invitation_hash": invitation_hash},
    )
    return None if row is None else int(row[0])
