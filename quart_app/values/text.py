"""Text that people and tills send: codes and names, printable and bounded."""

import re
import unicodedata
from typing import Annotated

from msgspec import Meta

from quart_app.errors import ValueRefused

# The control characters, the line and paragraph separators and the ones that turn text around;
# everything else a shop may want in a name, a no-break space included, is printable.
NO_CONTROLS = r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]*$(?!\n)"

MAX_CODE = 64
Code = Annotated[str, Meta(min_length=1, max_length=MAX_CODE, pattern=NO_CONTROLS)]
Series = Annotated[str, Meta(max_length=64, pattern=NO_CONTROLS)]
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=NO_CONTROLS)]


class Gtin(str):
    """A trade item number (GTIN-8, -12, -13 or -14) whose check digit is right."""

    __slots__ = ()


def parse_gtin(text: str) -> Gtin:
    """Read a barcode's digits; ValueRefused (``gtin_malformed``) where the check digit differs.

    The rule is GS1's: weights 3 and 1 by turns from the right, the sum a multiple of ten.
    """
    if not re.fullmatch("[0-9]{8}|[0-9]{12,14}", text):
        raise ValueRefused("gtin_malformed", f"{text[:40]!r} is not 8, 12, 13 or 14 digits")
    weighted = (int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(reversed(text)))
    if sum(weighted) % 10:
        raise ValueRefused("gtin_malformed", f"{text!r}: its last digit is not its check digit")
    return Gtin(text)


def search_key(text: str) -> str:
    """Text as it is compared when somebody looks for it: case and accents' forms folded."""
    return unicodedata.normalize("NFKC", text).casefold()
