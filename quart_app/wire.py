"""How values are read from JSON, queries and CSV, and written to JSON: strictly and exactly.

The typed reader takes the fast way; what it cannot tell (a repeated member) is asked of a second
one only where the count of members differs.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from quart_app.errors import Fault, Invalid, Malformed, ValueRefused
from quart_app.values.calendar import Day, Month, ZoneName, parse_day, parse_month, parse_zone
from quart_app.values.decimals import plain_digits
from quart_app.values.instant import Instant, format_instant, parse_instant
from quart_app.values.money import Currency, Money
from quart_app.values.quantity import Quantity, format_quantity, parse_quantity
from quart_app.values.text import Gtin, parse_gtin

T = TypeVar("T")
MAX_DEPTH = 32
# In a JSON text without escapes and without space this finds each member once. A string that begins
# with a colon is found too, but then in the text and in what was read of it.
_MEMBER = b'":'
_ESCAPE = b"\\"
_SPACE = b" \t\n\r"
_PLACE = re.compile(r"(.*?)(?: - at `\$\.?(.*)`)?", re.DOTALL)
_NO_CHOICE = "Invalid enum value "
_MEMBER_NAMED = re.compile(r"Object (contains unknown|missing required) field `(.*)`", re.DOTALL)


class Wire:
    """Reads and writes the values of a chain; the currency decides what money looks like."""

    def __init__(self, currency: Currency) -> None:
        self.currency = currency
        self._parsers: dict[type, Callable[[str], Any]] = {
            Money: currency.parse,
            Quantity: parse_quantity,
            Instant: parse_instant,
            Day: parse_day,
            Month: parse_month,
            Gtin: parse_gtin,
            ZoneName: parse_zone,
        }
        self._writers: dict[type, Callable[[Any], str]] = {
            Money: currency.format,
            Quantity: format_quantity,
            Day: str,
            Instant: format_instant,
            Gtin: str,
            ZoneName: str,
        }
        # Tills send the same prices and quantities all day long. By type, or 1 were true's value.
        self._read: Callable[[type, Any], Any] = lru_cache(maxsize=32_768, typed=True)(self.parse)
        self._encoder = msgspec.json.Encoder(enc_hook=self._write)
        # All that tills send in forms of our own are whole numbers.
        self._canonical = msgspec.json.Encoder(enc_hook=int, order="sorted")
        self.encode = self._encoder.encode

    def decoder(self, form: type[T]) -> msgspec.json.Decoder[T]:
        """A reader of one kind of body, to be made once."""
        return msgspec.json.Decoder(form, dec_hook=self._read, float_hook=plain_digits)

    def decode(self, decoder: msgspec.json.Decoder[T], body: bytes) -> T:
        """Read a body.

        Raises Malformed for what is no JSON, Invalid with the first fault's place for the rest.
        """
        value = _decoded(decoder, body)
        _refuse_repeats(body)
        return value

    def decode_sent(self, decoder: msgspec.json.Decoder[T], body: bytes) -> tuple[T, bytes]:
        """Read what a till sends; also its canonical text, the same for all ways of writing it.

        Raises as ``decode`` does. For forms that leave out what was not sent (``omit_defaults``):
        their canonical text has the members that were sent and no others, and where it has as
        many as the body none of them stands there twice.
        """
        value = _decoded(decoder, body)
        canonical = self._canonical.encode(value)
        if not self.has_once(body, canonical):
            _refuse_repeats(body)
        return value, canonical

    @staticmethod
    def has_once(body: bytes, canonical: bytes) -> bool:
        """Whether certainly no member stands twice in a body with that canonical text."""
        members = body.translate(None, _SPACE).count(_MEMBER)
        return members == canonical.count(_MEMBER) and _ESCAPE not in body

    def convert(self, values: Mapping[str, Any], form: type[T]) -> T:
        """Read texts (a query's, a CSV row's); Invalid names the fault's place."""
        try:
            value = msgspec.convert(values, form, strict=False, dec_hook=self._read)
        except msgspec.ValidationError as error:
            fault = _fault(error, form)
            raise Invalid(fault.detail, faults=[fault]) from error
        # The library takes the text "null" for nothing sent, and so the question for another one.
        for sent_name, name in _members(form):  # type: ignore[arg-type]
            if sent_name in values and getattr(value, name) is None:
                nothing = Fault(sent_name, "wrong_value", "leave it out to send nothing")
                raise Invalid(nothing.detail, faults=[nothing])
        return value

    def canonical(self, value: object) -> bytes:
        """The text that is the same for all ways of sending the same."""
        return self._canonical.encode(value)

    def parse(self, kind: type, given: Any) -> Any:
        """Read one value; ValueRefused for what is none."""
        if given.__class__ is str:
            return self._parsers[kind](given)
        if given.__class__ is int and kind in (Money, Quantity):
            return self._parsers[kind](str(given))
        wanted = "string or number" if kind in (Money, Quantity) else "string"
        raise ValueRefused("wrong_type", f"a {kind.__name__.lower()} is sent as a {wanted}")

    def _write(self, value: Any) -> str:
        return self._writers[type(value)](value)


@cache
def _members(form: type) -> list[tuple[str, str]]:
    """The members of a form as they are sent and as they are named here."""
    return [(field.encode_name, field.name) for field in msgspec.structs.fields(form)]


def _decoded(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise Invalid("the body breaks its form", faults=[_fault(error, decoder.type)]) from error
    except UnicodeDecodeError as error:
        raise Malformed("the body is not UTF-8", code="malformed_utf8") from error
    except RecursionError as error:
        raise Malformed(f"the body is over {MAX_DEPTH} levels deep", code="too_deep") from error
    except msgspec.DecodeError as error:
        raise Malformed(f"the body is not JSON: {error}", code="malformed_json") from error


def _fault(error: msgspec.ValidationError, form: Any) -> Fault:
    """The library's message as a place, a code and a detail."""
    reason, place = _PLACE.fullmatch(str(error)).groups()  # type: ignore[union-attr]
    path = place or ""
    if isinstance(error.__cause__, ValueRefused):
        return Fault(path, error.__cause__.code, error.__cause__.detail)
    if isinstance(error.__cause__, TypeError):
        # What is remembered by the text that was sent cannot be looked for by a list.
        return Fault(path, "wrong_type", "send a string here, not an array or an object")
    if named := _MEMBER_NAMED.fullmatch(reason):
        unknown = named[1] == "contains unknown"
        return Fault(
            f"{path}.{named[2]}".lstrip("."),
            "unknown_member" if unknown else "missing_member",
            f"{named[2]!r} is not known here" if unknown else f"{named[2]!r} must be sent",
        )
    if reason.startswith(_NO_CHOICE) and (choices := _choices(form).get(path)):
        sent = reason.removeprefix(_NO_CHOICE)
        return Fault(path, "wrong_value", f"{sent} is not one of {', '.join(choices)}")
    return Fault(path, "wrong_type" if ", got " in reason else "wrong_value", reason)


@cache
def _choices(form: Any) -> dict[str, list[str]]:
    """The values that may be sent for those members that have few."""
    hints = get_type_hints(form)
    return {sent: list(_literals(hints[name])) for sent, name in _members(form)}


def _literals(kind: Any) -> Iterator[str]:
    for one in get_args(kind):
        if isinstance(one, str):
            yield one
        else:
            yield from _literals(one)


class _Members(list[tuple[str, Any]]):
    """An object as it was written, repetitions and all."""


def _refuse_repeats(body: bytes) -> None:
    """Raise Malformed naming a member that stands twice in one object."""

    def walk(value: Any, path: str) -> None:
        if isinstance(value, _Members):
            seen = set()
            for name, below in value:
                place = f"{path}.{name}".lstrip(".")
                if name in seen:
                    raise Malformed(
                        f"{place} stands twice in the body",
                        code="repeated_member",
                        faults=[Fault(place, "repeated_member", "send it once")],
                    )
                seen.add(name)
                walk(below, place)
        elif isinstance(value, list):
            for i, below in enumerate(value):
                walk(below, f"{path}[{i}]")

    walk(json.loads(body, object_pairs_hook=_Members, parse_int=str, parse_float=str), "")
