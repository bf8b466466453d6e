"""A chain to measure with: shops, products and receipts with the skew of real ones, from a seed.

The shares are those of two months of real grocery receipts (the Complete Journey data set): the
first hundredth of the products has a quarter of the lines, the first tenth three fifths; a quarter
of the shops has three quarters of the receipts, and half of them nearly none; a receipt has nine
lines in the mean and five in the median. Saturdays and Decembers are busier. It knows nothing of
any database: lines.py writes it down.
"""

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY = date(2023, 1, 1)
DAYS = 731
"""Two whole years, all in the past whenever this runs."""
TIMEZONE = "Europe/Moscow"
UTC_OFFSET_S = 3 * 3600

_SEED = 20261121
_MOST_LINES = 138
_OPENS_S, _CLOSES_S = 8 * 3600, 22 * 3600
_WEEKDAYS = (0.9, 0.85, 0.9, 0.95, 1.1, 1.3, 1.0)
_DECEMBER = 1.35
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Product:
    """A product of the catalogue."""

    id: int
    name: str
    price_minor: int
    unit: str
    category: str


@dataclass(frozen=True)
class Line:
    """A line of a receipt."""

    product_id: int
    quantity_milli: int
    unit_price_minor: int
    gross_minor: int
    discount_minor: int


@dataclass(frozen=True)
class Receipt:
    """A receipt; its day is the business date, in days since 1970."""

    store_id: int
    day: int
    second: int
    lines: list[Line]


class Chain:
    """Shops and products, and as many receipts as are asked for: the same for the same sizes."""

    def __init__(self, stores: int, products: int) -> None:
        self._random = random.Random(_SEED)
        self.store_ids = range(1, stores + 1)
        self.products = [self._product(number) for number in range(1, products + 1)]
        sizes = [math.exp(-((rank / stores / 0.3) ** 2)) + 0.002 for rank in range(stores)]
        self._random.shuffle(sizes)
        self._store_weights = list(itertools.accumulate(sizes))
        self._by_rank = self.products.copy()
        self._random.shuffle(self._by_rank)
        self._product_weights = list(
            itertools.accumulate((rank + 20) ** -0.9 for rank in range(products))
        )

    def receipts(self, lines: int) -> Iterator[Receipt]:
        """Receipts in the order of their days, with this many lines altogether or a few more."""
        weights = [_weight(FIRST_DAY + timedelta(days=number)) for number in range(DAYS)]
        share = lines / sum(weights)
        first, due, done = (FIRST_DAY - _EPOCH).days, 0.0, 0
        for number, weight in enumerate(weights):
            due += weight * share
            while done < due - 0.5:
                receipt = self.receipt(first + number)
                done += len(receipt.lines)
                yield receipt

    def receipt(self, day: int, lines: int | None = None) -> Receipt:
        """One receipt of that day."""
        if lines is None:
            lines = min(_MOST_LINES, 1 + int(self._random.lognormvariate(1.55, 1.12)))
        return Receipt(
            self._random.choices(self.store_ids, cum_weights=self._store_weights)[0],
            day,
            self._random.randrange(_OPENS_S, _CLOSES_S),
            [
                self._line(product)
                for product in self._random.choices(
                    self._by_rank, cum_weights=self._product_weights, k=lines
                )
            ],
        )

    def _product(self, number: int) -> Product:
        return Product(
            number,
            f"Product {number}",
            50 * max(1, round(self._random.lognormvariate(5.2, 0.9))) - 10,
            "kg" if self._random.random() < 0.04 else "pcs",
            f"Category {number % 60 + 1}",
        )

    def _line(self, product: Product) -> Line:
        chance = self._random.random()
        if product.unit == "kg":
            quantity = 100 + int(1900 * chance)
        else:
            quantity = 1000 if chance < 0.8 else 2000 if chance < 0.93 else 3000
        gross = (product.price_minor * quantity + 500) // 1000
        return Line(
            product.id,
            quantity,
            product.price_minor,
            gross,
            gross // 10 if product.id % 2 == 0 else 0,
        )


def _weight(day: date) -> float:
    return _WEEKDAYS[day.weekday()] * (_DECEMBER if day.month == 12 else 1.0)
