"""Decimal text to a scaled integer and back: the one place where digits are counted."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import cache

from quart_app.errors import ValueRefused

# Far above any shop's figure, far below 2^63, so that sums of many cannot overflow.
MAX_DIGITS = 12
_ZEROS = "0" * MAX_DIGITS
_PLAIN = re.compile(r"([0-9]+)(?:\.([0-9]+))?", re.ASCII)


def plain_digits(number: str) -> str:
    """The digits of a JSON number without an exponent ("1.0E7" is "10000000")."""
    if "e" not in number and "E" not in number:
        return number
    try:
        decimal = Decimal(number)
    except InvalidOperation:
        return number
    return f"{decimal:f}" if abs(decimal.adjusted()) <= MAX_DIGITS else number


def scaled(text: str, places: int, name: str) -> int:
    """Read decimal text as an integer of ``10 ** -places``.

    Raises ValueRefused: ``{name}_malformed``, ``{name}_precision`` or ``{name}_too_large``.
    """
    whole, point, fraction = text.partition(".")
    digits = whole + fraction
    lacking = places - len(fraction)
    # What tills send, nearly always; what is left out here is told apart below.
    if (
        len(digits) + lacking <= MAX_DIGITS
        and digits.isdigit()
        and digits.isascii()
        and lacking >= 0
        and whole
        and (fraction or not point)
    ):
        return int(digits + _ZEROS[:lacking])
    match = _PLAIN.fullmatch(text)
    if match is None:
        raise ValueRefused(
            f"{name}_malformed",
            f"{text[:40]!r} is not a {name}: write digits with a point, such as "
            f'"{unscaled(1 * 10**places, places)}", and no sign',
        )
    whole, fraction = match[1], match[2] or ""
    if len(fraction) > places:
        raise ValueRefused(
            f"{name}_precision",
            f"{text[:40]!r} has {len(fraction)} decimal places; a {name} has at most {places} here",
        )
    if len(whole) > 40 or (value := int(whole + fraction.ljust(places, "0"))) >= 10**MAX_DIGITS:
        raise ValueRefused(f"{name}_too_large", f"{text[:40]!r} is too large for a {name}")
    return value


def unscaled(value: int, places: int) -> str:
    """Write an integer of ``10 ** -places`` as decimal text with all its places."""
    if places == 0:
        return str(value)
    sign = "-" if value < 0 else ""
    whole, fraction = divmod(abs(value), 10**places)
    return f"{sign}{whole}.{fraction:0{places}d}"


def all_unscaled(values: Iterable[int | None], places: int) -> list[str | None]:
    """The same for many at once; None stays None."""
    if places == 0:
        return [None if value is None else str(value) for value in values]
    one, endings = 10**places, _endings(places)
    return [
        None
        if value is None
        else f"{value // one}{endings[value % one]}"
        if value >= 0
        else unscaled(value, places)
        for value in values
    ]


@cache
def _endings(places: int) -> list[str]:
    """What stands behind the whole units: ``.00`` to ``.99``."""
    return [f".{fraction:0{places}d}" for fraction in range(10**places)]


def with_point(typed: str) -> str:
    """An amount as people of many languages type it, "64,95", as it is read here."""
    return typed if "." in typed else typed.replace(",", ".")
