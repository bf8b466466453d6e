"""The forms of the values that clients send, as JSON Schema."""

from decimal import Decimal
from typing import Any

import msgspec

from quart_app.values.calendar import Day, Month, ZoneName
from quart_app.values.decimals import MAX_DIGITS
from quart_app.values.instant import Instant
from quart_app.values.money import Currency, Money
from quart_app.values.quantity import PLACES, Quantity
from quart_app.values.text import Gtin

Schema = dict[str, Any]
_MONTH = "(20[0-9]{2}|2100)-(0[1-9]|1[0-2])"
_DAY = "(0[1-9]|[12][0-9]|3[01])"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_OFFSET = "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"


def value_schemas(currency: Currency) -> dict[str, Schema]:
    """Each value's schema by the name of its type."""
    money = f"Money ({currency}) from zero up, at most {currency.places} decimals"
    quantity = f"A quantity above zero in the product's unit, at most {PLACES} decimals"
    said = "a decimal string, or a number, which is read from its digits."
    return {
        Money.__name__: {
            "description": f"{money}: {said}",
            "anyOf": [_digits(currency.places), _number(currency.places)],
            "examples": [currency.format(12_990)],
        },
        Quantity.__name__: {
            "description": f"{quantity}: {said}",
            "anyOf": [
                _digits(PLACES) | {"not": {"pattern": r"^0*(\.0*)?$(?!\n)"}},
                _number(PLACES) | {"exclusiveMinimum": 0},
            ],
            "examples": ["0.455"],
        },
        Instant.__name__: {
            "description": "RFC 3339 with an offset, years 2000 to 2100.",
            "type": "string",
            "pattern": rf"^{_MONTH}-{_DAY}[Tt ]{_TIME}(\.[0-9]+)?{_OFFSET}$(?!\n)",
            "examples": ["2026-11-21T10:15:00+03:00"],
        },
        Day.__name__: {
            "description": "A business date.",
            "type": "string",
            "format": "date",
            "pattern": rf"^({_MONTH}-{_DAY}|1999-12-31|2101-01-01)$(?!\n)",
            "examples": ["2026-10-31"],
        },
        Month.__name__: {
            "description": "A month.",
            "type": "string",
            "pattern": rf"^{_MONTH}$(?!\n)",
            "examples": ["2026-10"],
        },
        Gtin.__name__: {
            "description": "A GTIN-8, -12, -13 or -14 with its check digit.",
            "type": "string",
            "format": "gtin",
            "pattern": r"^([0-9]{8}|[0-9]{12,14})$(?!\n)",
            "examples": ["4006381333931"],
        },
        ZoneName.__name__: {
            "description": "The name of an IANA time zone.",
            "type": "string",
            "format": "timezone",
            "examples": ["Europe/Moscow"],
        },
    }


def _digits(places: int) -> Schema:
    whole = MAX_DIGITS - places
    fraction = rf"(\.[0-9]{{1,{places}}})?" if places else ""
    return {"type": "string", "pattern": rf"^0{{0,28}}[0-9]{{1,{whole}}}{fraction}$(?!\n)"}


def _number(places: int) -> Schema:
    smallest = Decimal(1).scaleb(-places)
    return {
        "type": "number",
        "minimum": 0,
        "exclusiveMaximum": 10 ** (MAX_DIGITS - places),
        "multipleOf": msgspec.Raw(str(smallest).encode()),
    }
