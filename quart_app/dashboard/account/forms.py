"""The forms of accounts."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from quart_app.people.models import Email, Language, Password
from quart_app.values.text import Name

# What is only compared may be anything that can be typed.
Typed = Annotated[str, Meta(max_length=400)]


class WelcomeForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The owner's account, with the code that was printed at start."""

    code: Typed
    name: Name
    email: Email
    password: Password


class SignInForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who wants in, and where to."""

    email: Typed
    password: Typed


class NothingForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A button."""


class JoinForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A code that was given by whoever invited, and a password of one's own."""

    code: Typed
    password: Password


class ProfileForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person may change of themselves."""

    name: Name
    language: Language | None = None
    digest: Literal["yes"] | None = None


class PasswordForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The password until now, and the one from now on."""

    old: Typed
    password: Password
