"""Why something was refused, in the words of whoever asked: a sentence for each code.

What the API says of the same is for programmers, exact and in English.
"""

from typing import Protocol

import msgspec

from quart_app.errors import ServiceError
from quart_app.web.problems import status_of


def gettext(message: str) -> str:
    """Mark a message that pages say later."""
    return message


_AGAIN = gettext("The service is busy or about to restart. Try again in a moment.")
_FORM = gettext("That is not how it is written: look at it again.")
_TWICE = gettext("It stands there twice: keep one.")
_UNKNOWN = gettext("Nothing of that name is known here: take it out or correct it.")
_FILE = gettext("The file cannot be read: save it as CSV (UTF-8) and try again.")

_SENTENCES = {
    "wrong_code": gettext(
        "This code is not good: it is mistyped, used already, or too old. Look again, or ask for "
        "a new one."
    ),
    "wrong_password": gettext("The address or the password is not right."),
    "sign_in_first": gettext("You are not signed in any more."),
    "too_many_attempts": gettext("Too many tries. Wait a minute, then try again."),
    "cross_site": gettext(
        "The browser did not say that this form is ours. Open the page again and try once more."
    ),
    "forbidden": gettext("This is for owners alone."),
    "wrong_role": gettext("This is for owners alone."),
    "other_store": gettext(
        "Whoever invited you chose the shops that you see. Ask them if something is missing."
    ),
    "other_writer": gettext("The note is somebody else's: its writer can change it."),
    "not_found": gettext("The address is mistyped, or what was there is gone."),
    "product_not_found": gettext("There is no product of this number."),
    "store_not_found": gettext("There is no shop of this number."),
    "receipt_not_found": gettext("There is no receipt of this number."),
    "held_not_found": gettext("There is no held receipt of this number."),
    "key_not_found": gettext("There is no key of this number."),
    "person_not_found": gettext("This person is not there any more."),
    "note_not_found": gettext("This note is not there any more."),
    "report_not_found": gettext("There is no report of this name."),
    "method_not_allowed": gettext("Nothing can be sent to this address. Go back and try again."),
    "person_exists": gettext("Somebody has this e-mail address already."),
    "last_owner": gettext("Somebody has to own the shops: make another owner first."),
    "product_exists": gettext(
        "Another product has this number: choose another, or leave it empty."
    ),
    "store_exists": gettext("Another shop has this number: choose another, or leave it empty."),
    "no_free_id": gettext("The largest number is taken: write a number yourself."),
    "unit_in_use": gettext(
        "It has been sold by its unit, which stays: make another product for another unit."
    ),
    "held_settled": gettext("This receipt was counted or discarded meanwhile."),
    "body_too_large": gettext("That is too large to be sent at once."),
    "malformed_csv": _FILE,
    "malformed_gzip": _FILE,
    "malformed_utf8": _FILE,
    "too_slow": gettext(
        "That takes too long to work out. Choose a shorter period or fewer shops, or try again."
    ),
    "busy": _AGAIN,
    "queue_full": _AGAIN,
    "closing": _AGAIN,
    "stopping": _AGAIN,
    "too_many_connections": _AGAIN,
    "storage_full": gettext("The disk is full: nothing was written. Make room, then try again."),
    "storage_failed": gettext("The disk failed: nothing was written. Look after it at once."),
    "internal_error": gettext("A fault of the service itself. Its log says more."),
    "missing_member": gettext("Fill this in: it cannot be empty."),
    "missing_parameter": gettext("Fill this in: it cannot be empty."),
    "unknown_member": _UNKNOWN,
    "unknown_parameter": _UNKNOWN,
    "unknown_column": gettext("There is no such column: take it out or correct its name."),
    "repeated_member": _TWICE,
    "repeated_parameter": _TWICE,
    "wrong_type": _FORM,
    "wrong_value": _FORM,
    "text.wrong_value": gettext("A note is at most 500 characters long."),
    "password.wrong_value": gettext("Ten characters or more; a few words are easy to remember."),
    "money_malformed": gettext("Write an amount such as 64.95, without spaces or a currency."),
    "money_precision": gettext("That is more digits after the point than the currency has."),
    "money_too_large": gettext("This amount is too large."),
    "gtin_malformed": gettext(
        "A barcode has 8, 12, 13 or 14 digits, the last of which is a check digit: look at it "
        "again."
    ),
    "timezone_unknown": gettext("Write a time zone such as Europe/Moscow."),
    "instant_malformed": _FORM,
    "instant_out_of_range": gettext("Only times of 2000 to 2100 are known here."),
    "day_malformed": gettext("There is no such day, or it is not of 2000 to 2100."),
    "day_ahead": gettext("This day is still to come."),
    "month_malformed": gettext("There is no such month, or it is not of 2000 to 2100."),
    "two_periods": gettext("Choose the period in one way: a month, a span, or from and to."),
    "period_backwards": gettext("The last day is before the first."),
    "unknown_store": gettext("There is no shop of this number."),
    "unknown_product": gettext("There is no product of this number."),
    "unknown_row": gettext("The report has no such row."),
    "not_explained": gettext("No figure of this report is made of receipts."),
}

_PLACES = {
    "code": gettext("Code"),
    "email": gettext("E-mail address"),
    "password": gettext("Password"),
    "old": gettext("Password"),
    "store_id": gettext("Shop"),
    "store_ids": gettext("Shops"),
    "day": gettext("Day"),
    "month": gettext("Month"),
    "period": gettext("Period"),
    "from": gettext("From"),
    "to": gettext("to"),
    "price": gettext("Price"),
    "unit": gettext("Unit"),
    "category": gettext("Category"),
    "zone": gettext("Time zone"),
    "place": gettext("Address"),
    "reason": gettext("Reason"),
    "text": gettext("Note"),
    "until": gettext("Last day, if it should end"),
    "id": gettext("No."),
}
"""Fields and parameters by what stands beside them on the pages."""


class Words(Protocol):
    """A language, as far as refusals speak."""

    def say(self, message: str, **values: object) -> str:
        """A message."""
        ...


class Refusal(msgspec.Struct, frozen=True):
    """A sentence, and the field or parameter that it is about, by its name on the pages."""

    text: str
    place: str = ""


def refusals(error: ServiceError, language: Words) -> list[Refusal]:
    """What to tell a person: a sentence for each fault, or one for all of it."""
    found: list[Refusal] = []
    for fault in error.faults:
        message = _SENTENCES.get(f"{fault.path}.{fault.code}") or _SENTENCES.get(fault.code)
        if message is not None:
            place = language.say(_PLACES[fault.path]) if fault.path in _PLACES else fault.path
            one = Refusal(language.say(message), place)
            found.extend([] if one in found else [one])
    if found:
        return found
    return [Refusal(language.say(_SENTENCES.get(error.code) or _of_status(error)))]


def _of_status(error: ServiceError) -> str:
    """Of a code that has no sentence of its own: what its kind comes to."""
    status = status_of(error)
    if status >= _FAILED:
        return _AGAIN
    return _SENTENCES["not_found"] if status == _ABSENT else _FORM


_ABSENT, _FAILED = 404, 500
