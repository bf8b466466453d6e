"""A digest, and who gets one."""

import msgspec

from quart_app.errors import ServiceError
from quart_app.people.models import Language
from quart_app.values.calendar import Day
from quart_app.values.identifiers import Id
from quart_app.values.shown import DayText


class DigestQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which day (yesterday where none is given), in which language, of which store."""

    day: Day | None = None
    language: Language = "en"
    store_id: Id | None = None


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """A day in words: the subject of the message, its text, and the same as a page of HTML."""

    day: DayText
    language: str
    subject: str
    text: str
    html: str


class Asked(msgspec.Struct, frozen=True):
    """Somebody who asked for digests: ``language`` counts where the profile names none."""

    person_id: int
    language: str


class MailRefused(ServiceError):
    """A message was not taken; ``is_final`` where to try soon again would be no use."""

    code = "mail_refused"

    def __init__(self, detail: str, *, is_final: bool) -> None:
        super().__init__(detail)
        self.is_final = is_final
