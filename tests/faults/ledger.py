"""What was sent, what was acknowledged, and whether the file and the reports agree with it."""

import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.figures import disagreements
from tests.faults.receipts import MONTH, Line, Receipt, money
from tests.service import Service

_ACKNOWLEDGED = frozenset({200, 201, 202})


class Ledger:
    """The client's own book, kept while it sends."""

    def __init__(self) -> None:
        self.sent: dict[str, Receipt] = {}
        self.sent_at_ns: dict[str, int] = {}
        self.acknowledged_at_ns: dict[str, int] = {}
        """When the first 200, 201 or 202 of a receipt had been read, by the monotonic clock."""
        self.voids_sent: set[str] = set()
        self.voided_at_ns: dict[str, int] = {}
        """When the first 200 or 202 of a void had been read."""
        self.statuses: Counter[int] = Counter()
        self.created: Counter[str] = Counter()
        """How often a receipt was answered 201; more than once is one too many."""

    def sends(self, receipt: Receipt) -> None:
        """Note a receipt before its first byte leaves."""
        self.sent[receipt.receipt_id] = receipt
        self.sent_at_ns[receipt.receipt_id] = time.monotonic_ns()

    def answered(self, receipt: Receipt, status: int) -> None:
        """Note an answer once it has been read."""
        self.statuses[status] += 1
        if status in _ACKNOWLEDGED:
            self.acknowledged_at_ns.setdefault(receipt.receipt_id, time.monotonic_ns())
        if status == 201:
            self.created[receipt.receipt_id] += 1

    def void_answered(self, receipt_id: str, status: int) -> None:
        """Note the answer to a void once it has been read."""
        self.statuses[status] += 1
        if status in _ACKNOWLEDGED:
            self.voided_at_ns.setdefault(receipt_id, time.monotonic_ns())

    @property
    def acknowledged(self) -> Collection[str]:
        return self.acknowledged_at_ns.keys()

    def acknowledged_before(self, instant_ns: int) -> set[str]:
        """The receipts whose answer had been read before an instant."""
        return {one for one, at in self.acknowledged_at_ns.items() if at < instant_ns}

    def voided_before(self, instant_ns: int) -> set[str]:
        """The receipts whose void had been answered before an instant."""
        return {one for one, at in self.voided_at_ns.items() if at < instant_ns}

    def in_reports(self) -> list[Receipt]:
        """What the reports must show: all that was sent, but what was voided."""
        return [receipt for one, receipt in self.sent.items() if one not in self.voids_sent]

    def unacknowledged(self) -> list[Receipt]:
        """What a till would send again."""
        return [receipt for one, receipt in self.sent.items() if one not in self.acknowledged_at_ns]


@dataclass
class Findings:
    """What is wrong with a file; nothing is, where all three lists are empty."""

    stored: int = 0
    lost: list[str] = field(default_factory=list)
    double: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not (self.lost or self.double or self.complaints)


def check_file(database: Path, ledger: Ledger, before_ns: int = 2**63) -> Findings:
    """Compare a file nobody serves with what had been acknowledged before an instant."""
    findings = Findings()
    try:
        with closing(sqlite3.connect(database)) as connection:
            _check(connection, ledger, ledger.acknowledged_before(before_ns), findings)
            _check_voids(connection, ledger, ledger.voided_before(before_ns), findings)
    except sqlite3.DatabaseError as error:
        findings.complaints.append(f"the file cannot be read: {error}")
    return findings


def _check(
    connection: sqlite3.Connection,
    ledger: Ledger,
    must_be_there: Collection[str],
    findings: Findings,
) -> None:
    findings.complaints += disagreements(connection)
    lines = defaultdict(list)
    for sale_id, *line in connection.execute(
        "SELECT sale_id, product_id, quantity_milli, gross_minor, discount_minor"
        "  FROM sale_lines ORDER BY sale_id, line_no"
    ):
        lines[sale_id].append(Line(*line))
    times: Counter[str] = Counter()
    for sale_id, receipt_id, *head in connection.execute(
        "SELECT id, receipt_id, store_id, type, business_date FROM sales"
    ):
        times[receipt_id] += 1
        receipt = ledger.sent.get(receipt_id)
        if receipt is None:
            findings.complaints.append(f"{receipt_id} is stored and was never sent")
        elif Counter(lines[sale_id]) > Counter(receipt.lines):
            findings.double.append(receipt_id)
        elif tuple(lines[sale_id]) != receipt.lines or head != [
            receipt.store_id,
            "sale" if receipt.is_sale else "return",
            receipt.business_date,
        ]:
            findings.complaints.append(f"{receipt_id} is stored with other content than was sent")
    findings.stored = sum(times.values())
    # What is held was acknowledged too, and is no less here.
    times.update(
        receipt_id
        for (receipt_id,) in connection.execute(
            "SELECT receipt_id FROM held_sales WHERE status = 'held' AND is_newcomer = 0"
        )
    )
    findings.lost += [one for one in must_be_there if not times[one]]
    findings.double += [one for one, count in times.items() if count > 1]
    findings.double += [one for one, count in ledger.created.items() if count > 1]


def _check_voids(
    connection: sqlite3.Connection,
    ledger: Ledger,
    must_be_voided: Collection[str],
    findings: Findings,
) -> None:
    voided = {
        receipt_id
        for (receipt_id,) in connection.execute(
            "SELECT receipt_id FROM sales WHERE voided_at_us IS NOT NULL UNION "
            "SELECT receipt_id FROM held_sales WHERE voided_at_us IS NOT NULL AND status = 'held'"
        )
    }
    findings.lost += [f"the void of {one}" for one in set(must_be_voided) - voided]
    findings.complaints += [f"{one} was never voided" for one in voided - ledger.voids_sent]


def differing_reports(service: Service, receipts: Iterable[Receipt]) -> list[str]:
    """The reports that do not show exactly the sums of these receipts."""
    stores: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    products: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for receipt in receipts:
        stores[receipt.store_id][1] += receipt.is_sale
        for line in receipt.lines:
            stores[receipt.store_id][0] += receipt.sign * line.amount_minor
            products[line.product_id][0] += receipt.sign * line.quantity_milli
            products[line.product_id][1] += receipt.sign * line.amount_minor
    differing = []
    shown: Any = service.report("top-stores", month=MONTH)["rows"]
    expected = {one: (money(revenue), count) for one, (revenue, count) in stores.items()}
    if {row["id"]: (row["revenue"], row["receipts"]) for row in shown} != expected:
        differing.append(f"top-stores shows {shown}, and sent was {expected}")
    shown = service.report("top-products", month=MONTH, by="revenue")["rows"]
    expected_products = {
        one: (quantity_milli, money(revenue)) for one, (quantity_milli, revenue) in products.items()
    }
    if {row["id"]: (_milli(row["quantity"]), row["revenue"]) for row in shown} != expected_products:
        differing.append(f"top-products shows {shown}, and sent was {expected_products}")
    return differing


def _milli(quantity: str) -> int:
    whole, _, part = quantity.partition(".")
    return int(whole + part.ljust(3, "0"))
