"""What the service promises about sales, in plain dicts: small enough to be seen to be right."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

ZONES = {1: "Europe/Moscow", 2: "Asia/Vladivostok", 3: "Europe/Kaliningrad"}
AHEAD = timedelta(hours=24)


class Line(NamedTuple):
    """A line; without a price it is sold at the catalogue's."""

    product_id: int
    milli: int
    price: int | None


class Receipt(NamedTuple):
    """A receipt: two are the same where all of this is."""

    content: str
    receipt_id: str
    store_id: int
    till_id: str
    number: int | None
    sign: int
    at: datetime
    lines: tuple[Line, ...]

    @property
    def till(self) -> tuple[int, str, int | None]:
        return self.store_id, self.till_id, self.number

    @property
    def month(self) -> str:
        """The month it was sold in, by its shop's clock."""
        return f"{self.at.astimezone(ZoneInfo(ZONES[self.store_id])):%Y-%m}"


class Model:
    """Identity: the first content wins. Counted: once nothing is lacking. Voided: in no total."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.stores: set[int] = set()
        self.prices: dict[int, int] = {}
        self.first: dict[str, Receipt] = {}
        self.keys: dict[str, str] = {}
        self.newcomers: dict[Receipt, str | None] = {}
        self.held: list[Receipt] = []
        self.counted: dict[str, list[tuple[int, int, int]]] = {}
        self.voided: set[str] = set()
        self.takers: dict[tuple[int, str, int | None], list[str]] = defaultdict(list)
        self.heard: dict[tuple[int, str], set[int]] = defaultdict(set)
        self.came: dict[Receipt, int] = {}

    def post(self, receipt: Receipt, key: str | None = None) -> str:
        """What a till is told: created, duplicate, held or conflict."""
        known = {self.first.get(receipt.receipt_id), self.first.get(self.keys.get(key or "", ""))}
        known.discard(None)
        if receipt.number is not None:
            self.heard[receipt.store_id, receipt.till_id].add(receipt.number)
        if known - {receipt}:
            if self.first.get(receipt.receipt_id) != receipt and receipt not in self.newcomers:
                self.newcomers[receipt] = key
                self._comes(receipt)
            return "conflict"
        if key is not None:
            self.keys[key] = receipt.receipt_id
        if known:
            return "duplicate" if receipt.receipt_id in self.counted else "held"
        self._comes(receipt)
        self._admit(receipt)
        self.settle()
        return "created" if receipt.receipt_id in self.counted else "held"

    def _comes(self, receipt: Receipt) -> None:
        self.came[receipt] = 1 + max(self.came.values(), default=0)

    def _admit(self, receipt: Receipt) -> None:
        self.newcomers.pop(receipt, None)
        self.first[receipt.receipt_id] = receipt
        self.takers[receipt.till].append(receipt.receipt_id)
        self.held.append(receipt)

    def settle(self) -> None:
        """Count what lacks nothing any more."""
        for receipt in [one for one in self.held if not self.lacks(one)]:
            self.held.remove(receipt)
            self.counted[receipt.receipt_id] = [
                (line.product_id, receipt.sign * line.milli, receipt.sign * self._amount(line))
                for line in receipt.lines
            ]

    def lacks(self, receipt: Receipt) -> bool:
        """Whether a receipt cannot be counted yet."""
        rivals = {self.first[one] for one in self.takers[receipt.till]} - {receipt}
        # A number is whose receipt came first, but for one that is counted already.
        number_is_taken = any(
            one.receipt_id in self.counted or self.came[one] < self.came[receipt] for one in rivals
        )
        return (
            receipt.store_id not in self.stores
            or any(line.product_id not in self.prices for line in receipt.lines)
            or receipt.at > self.now + AHEAD
            or (receipt.number is not None and number_is_taken)
        )

    def _amount(self, line: Line) -> int:
        price = self.prices[line.product_id] if line.price is None else line.price
        return (price * line.milli + 500) // 1000

    def void(self, receipt_id: str) -> bool:
        """Whether there is such a receipt; it is in no total from now on."""
        if receipt_id in self.first:
            self.voided.add(receipt_id)
        return receipt_id in self.first

    def discard(self, receipt: Receipt, *, is_newcomer: bool) -> None:
        """Give a held one up; its identity and its number go to the next that wants them."""
        if is_newcomer:
            del self.newcomers[receipt]
            return
        receipt_id = receipt.receipt_id
        self.held.remove(receipt)
        del self.first[receipt_id]
        self.takers[receipt.till].remove(receipt_id)
        self.voided.discard(receipt_id)
        self.keys = {key: one for key, one in self.keys.items() if one != receipt_id}
        for heir, key in list(self.newcomers.items()):
            if heir.receipt_id not in self.first and (key is None or key not in self.keys):
                self._admit(heir)
                self.keys |= {} if key is None else {key: heir.receipt_id}
        self.settle()

    def sold(self) -> set[int]:
        """The products that a counted receipt names, voided ones too."""
        return {line[0] for lines in self.counted.values() for line in lines}

    def totals(self, month: str) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
        """Revenue and receipts by store, quantity and revenue by product."""
        stores: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        products: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for receipt_id in self.counted.keys() - self.voided:
            receipt = self.first[receipt_id]
            if receipt.month == month:
                stores[receipt.store_id][1] += receipt.sign > 0
                for product_id, milli, minor in self.counted[receipt_id]:
                    stores[receipt.store_id][0] += minor
                    products[product_id][0] += milli
                    products[product_id][1] += minor
        return dict(stores), dict(products)

    def tills(self, month: str) -> dict[tuple[int, str, str], list[int]]:
        """Receipts, returns, voids and revenue by store, till and cashier."""
        tills: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for receipt_id, lines in self.counted.items():
            receipt = self.first[receipt_id]
            if receipt.month == month:
                sums = tills[receipt.store_id, receipt.till_id, receipt.content]
                if receipt_id in self.voided:
                    sums[2] += 1
                else:
                    sums[0 if receipt.sign > 0 else 1] += 1
                    sums[3] += sum(minor for _, _, minor in lines)
        return dict(tills)

    def acks(self) -> dict[tuple[int, str], tuple[int, int]]:
        """From which to which number each till's receipts are all here."""
        return {till: (min(had), through(had)) for till, had in self.heard.items()}


def through(numbers: Collection[int]) -> int:
    """The last number before the first gap."""
    last = min(numbers)
    while last + 1 in numbers:
        last += 1
    return last
