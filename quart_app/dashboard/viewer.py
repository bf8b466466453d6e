"""Who looks at a page, and what may be seen: made in one place, from the request."""

import msgspec
from quart import request
from werkzeug.datastructures import LanguageAccept

LANGUAGES = ("en", "ru")
LANGUAGE_COOKIE = "lang"


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """Every page, download and live stream takes its figures through this.

    ``stores`` are the shops that may be seen, None for all of them and empty for none.
    """

    name: str | None
    language: str
    role: str
    stores: frozenset[int] | None

    @property
    def store_ids(self) -> tuple[int, ...] | None:
        """The shops that may be seen, in order; None for all."""
        return None if self.stores is None else tuple(sorted(self.stores))


def viewer() -> Viewer:
    """Who sent the request. There is no sign-in yet: whoever reaches the API sees all of it."""
    language = language_of(
        request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE), request.accept_languages
    )
    return Viewer(name=None, language=language, role="manager", stores=None)


def language_of(asked: str | None, kept: str | None, accepted: LanguageAccept) -> str:
    """The language that was asked for, else the one chosen before, else the browser's."""
    for one in (asked, kept):
        if one in LANGUAGES:
            return one
    return accepted.best_match(LANGUAGES, default=LANGUAGES[0])
