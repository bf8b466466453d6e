"""Money: an integer of the currency's minor units, written as a decimal string."""

import re
from functools import lru_cache

from quart_app.errors import ValueRefused
from quart_app.values.decimals import scaled, unscaled

# ISO 4217's currencies whose minor unit is not a hundredth.
_PLACES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_PLACES_OF = {code: places for places, codes in _PLACES.items() for code in codes.split()}


class Money(int):
    """An amount in minor units (kopecks, cents); a plain integer in arithmetic."""

    __slots__ = ()


class Currency:
    """The chain's one currency: its ISO 4217 code and how many minor digits it has."""

    def __init__(self, code: str) -> None:
        if not re.fullmatch("[A-Z]{3}", code):
            raise ValueRefused("currency", f"{code!r} is not an ISO 4217 code such as RUB")
        self.code = code
        self.places = _PLACES_OF.get(code, 2)
        # Tills send the same prices all day long.
        self.format = lru_cache(maxsize=16_384)(self._format)
        """Write minor units with all the currency's digits: 12990 is "129.90"."""

    def __str__(self) -> str:
        """Its code."""
        return self.code

    def parse(self, text: str) -> Money:
        """Read an amount, raising ValueRefused (``money_precision`` and the like)."""
        return Money(self.minor(text))

    def minor(self, text: str) -> int:
        """The same as a plain integer."""
        return scaled(text, self.places, "money")

    def _format(self, minor: int) -> str:
        return unscaled(minor, self.places)
