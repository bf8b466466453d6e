"""Values as answers show them: texts whose form the API's description tells."""

from typing import Annotated

from msgspec import Meta

MoneyText = Annotated[
    str,
    Meta(
        pattern=r"^-?[0-9]+(\.[0-9]+)?$",
        description="Money in the chain's currency, with all its minor digits.",
        examples=["129.90"],
    ),
]
QuantityText = Annotated[
    str,
    Meta(
        pattern=r"^-?[0-9]+(\.[0-9]{1,3})?$",
        description="A quantity in the product's unit, without trailing zeros.",
        examples=["0.455"],
    ),
]
HundredthsText = Annotated[
    str,
    Meta(
        pattern=r"^-?[0-9]+\.[0-9]{2}$",
        description="A percentage or a ratio, with two places.",
        examples=["12.50"],
    ),
]
InstantText = Annotated[
    str,
    Meta(
        description="An instant (RFC 3339): of a sale at its store's offset, else in UTC.",
        examples=["2026-11-21T10:15:00+03:00"],
        extra_json_schema={"format": "date-time"},
    ),
]
DayText = Annotated[
    str,
    Meta(
        description="A business date.",
        examples=["2026-11-21"],
        extra_json_schema={"format": "date"},
    ),
]
