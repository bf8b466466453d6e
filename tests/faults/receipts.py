"""Receipts made up from a seed, with the figures they must come to worked out on their own."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MONTH = "2025-10"
"""All receipts are of this month, so that one report is about all of them."""

CURRENCY = "RUB"
_OFFSETS = {1: "+03:00", 2: "+10:00"}
_PIECES, _KILOGRAMS = (1, 2), 9
STRANGE = 77
"""A product that is not in the catalogue: what names it is held."""
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Line:
    """A line as it must be stored."""

    product_id: int
    quantity_milli: int
    gross_minor: int
    discount_minor: int

    @property
    def amount_minor(self) -> int:
        return self.gross_minor - self.discount_minor


@dataclass(frozen=True)
class Receipt:
    """A receipt as it is sent, and as it must be stored."""

    receipt_id: str
    store_id: int
    is_sale: bool
    business_date: int
    lines: tuple[Line, ...]
    body: bytes

    @property
    def sign(self) -> int:
        return 1 if self.is_sale else -1


def receipts(
    prefix: str, seed: int, *, wide_every: int = 0, strange_every: int = 0
) -> Iterator[Receipt]:
    """Receipts without end; each ``wide_every``-th has hundreds of lines.

    Each ``strange_every``-th names a product that is not in the catalogue.
    """
    chance = random.Random(seed)
    number = 0
    while True:
        number += 1
        is_wide = wide_every and number % wide_every == 0
        line_count = chance.randint(200, 400) if is_wide else chance.randint(1, 4)
        is_strange = strange_every and number % strange_every == 0
        first = STRANGE if is_strange else None
        yield _receipt(prefix, number, line_count, chance, first)


def _receipt(
    prefix: str, number: int, line_count: int, chance: random.Random, first: int | None
) -> Receipt:
    store_id = chance.choice((1, 2))
    day = date(2025, 10, chance.randint(1, 31))
    is_sale = chance.random() < 0.95
    sent, lines = [], []
    for place in range(line_count):
        product_id = chance.choice((*_PIECES, _KILOGRAMS))
        if first is not None and place == 0:
            product_id = first
        whole = product_id != _KILOGRAMS
        quantity_milli = chance.randint(1, 5) * 1_000 if whole else chance.randint(1, 2_500)
        price_minor = chance.randint(100, 50_000)
        exact = Decimal(price_minor) * quantity_milli / 1_000
        gross_minor = int(exact.quantize(Decimal(1), ROUND_HALF_UP))
        discount_minor = chance.choice((0, 0, gross_minor // 10))
        lines.append(Line(product_id, quantity_milli, gross_minor, discount_minor))
        sent.append(
            {
                "product_id": product_id,
                "quantity": f"{Decimal(quantity_milli) / 1_000:f}",
                "unit_price": money(price_minor),
                "discount": money(discount_minor),
            }
        )
    receipt_id = f"{prefix}-{number:06d}"
    document = {
        "receipt_id": receipt_id,
        "store_id": store_id,
        "till_id": prefix,
        "sequence_number": number,
        "type": "sale" if is_sale else "return",
        "occurred_at": f"{day}T{chance.randint(9, 20):02d}:15:00{_OFFSETS[store_id]}",
        "lines": sent,
        "tenders": [{"type": "card", "amount": money(sum(line.amount_minor for line in lines))}],
    }
    return Receipt(
        receipt_id=receipt_id,
        store_id=store_id,
        is_sale=is_sale,
        business_date=(day - _EPOCH).days,
        lines=tuple(lines),
        body=json.dumps(document).encode(),
    )


def money(minor: int) -> str:
    """Minor units as the service writes them."""
    return f"{Decimal(minor) / 100:.2f}"
