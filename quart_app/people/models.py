"""A person, as kept and as shown."""

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from quart_app.errors import Fault, Invalid
from quart_app.values.identifiers import Id
from quart_app.values.text import Name

PersonRole = Literal["owner", "manager"]
Language = Literal["en", "ru"]
Status = Literal["invited", "lapsed", "active"]
"""Lapsed: the invitation has ended before a password was chosen."""

_EMAIL = r"^[^\s@{0}]+@[^\s@{0}]+$(?!\n)".format(
    r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff"
)
MAX_EMAIL = 200
Email = Annotated[str, Meta(min_length=3, max_length=MAX_EMAIL, pattern=_EMAIL)]
Password = Annotated[str, Meta(min_length=10, max_length=200)]
"""Ten characters of any kind: length is what counts (NIST SP 800-63B, 5.1.1)."""


class PersonForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person to be invited: an owner sees every store, a manager those that are named."""

    email: Email
    name: Name
    role: PersonRole
    store_ids: Annotated[tuple[Id, ...], Meta(max_length=10_000)] = ()
    language: Language | None = None

    @property
    def stores(self) -> frozenset[int] | None:
        """Those that may be seen, None for all."""
        return None if self.role == "owner" else frozenset(self.store_ids)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a person but the password, which is kept as a hash and nowhere shown.

    ``stores`` are those that may be seen, None for all.
    """

    id: int
    email: str
    name: str
    role: PersonRole
    language: Language | None
    stores: frozenset[int] | None
    invited_until_us: int | None
    has_password: bool
    created_at_us: int

    @property
    def is_owner(self) -> bool:
        """Whether everything may be seen and changed."""
        return self.role == "owner"


class SignIn(msgspec.Struct, kw_only=True):
    """One browser in which a person is signed in, until it has not been seen for a while."""

    hash: bytes
    person_id: int
    signed_in_at_us: int
    last_seen_at_us: int


class ShownPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person as the API and the pages show them; ``code`` is there once, when it is made."""

    id: int
    email: str
    name: str
    role: PersonRole
    language: Language | None
    store_ids: tuple[int, ...]
    status: Status
    created_at: str
    code: str | msgspec.UnsetType = msgspec.UNSET


def same_email(text: str) -> str:
    """An address as it is compared: nobody remembers its capitals."""
    return re.sub(r"\s", "", text).casefold()


def kept_email(text: str) -> str:
    """The same for a new account; Invalid where it is too long as it is kept (ß becomes ss)."""
    email = same_email(text)
    if len(email) > MAX_EMAIL:
        fault = Fault("email", "wrong_value", f"over {MAX_EMAIL} characters as it is kept")
        raise Invalid(fault.detail, faults=[fault])
    return email
