"""Who looks at a page, and what may be seen: made in one place, from the request."""

from collections.abc import Iterable

import msgspec
from quart import request
from werkzeug.datastructures import LanguageAccept

from quart_app.access.acting import acting
from quart_app.access.models import Role
from quart_app.dashboard.account.signing_in import person

LANGUAGES = ("en", "ru")
LANGUAGE_COOKIE = "lang"


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Every page, download and live stream takes its figures through this.

    ``stores`` are the shops that may be seen, None for all of them and empty for none.
    """

    name: str
    language: str
    role: Role
    stores: frozenset[int] | None

    @property
    def store_ids(self) -> tuple[int, ...] | None:
        """The shops that may be seen, in order; None for all."""
        return None if self.stores is None else tuple(sorted(self.stores))


def viewer() -> Viewer:
    """Whoever sent the request, as the guard before it has let them in."""
    actor = acting()
    return Viewer(name=actor.name, language=asked_language(), role=actor.role, stores=actor.stores)


def asked_language() -> str:
    """The language of whoever sent the request."""
    who = person()
    return language_of(
        (
            request.args.get("lang"),
            request.cookies.get(LANGUAGE_COOKIE),
            who.language if who is not None else None,
        ),
        request.accept_languages,
    )


def language_of(chosen: Iterable[str | None], accepted: LanguageAccept) -> str:
    """The first that was chosen: asked for now, in this browser, in the profile; else its own."""
    for one in chosen:
        if one in LANGUAGES:
            return one
    return accepted.best_match(LANGUAGES, default=LANGUAGES[0])
