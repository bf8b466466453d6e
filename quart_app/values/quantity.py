"""Quantity: an integer of thousandths of the product's unit, written without trailing zeros."""

from functools import lru_cache

from quart_app.errors import ValueRefused
from quart_app.values.decimals import scaled, unscaled

PLACES = 3


class Quantity(int):
    """Thousandths of a unit; a plain integer in arithmetic."""

    __slots__ = ()


def parse_quantity(text: str) -> Quantity:
    """Read a quantity above zero, raising ValueRefused (``quantity_precision`` and the like)."""
    milli = scaled(text, PLACES, "quantity")
    if milli == 0:
        raise ValueRefused("quantity_zero", "a quantity is above zero")
    return Quantity(milli)


@lru_cache(maxsize=16_384)
def format_quantity(milli: int) -> str:
    """Write thousandths without trailing zeros: 2000 is "2", 455 is "0.455"."""
    return unscaled(milli, PLACES).rstrip("0").rstrip(".")
