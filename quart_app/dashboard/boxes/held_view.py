"""What the pages of held receipts show: causes, receipts, and where two contents differ."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from quart_app.errors import NotFound
from quart_app.sales.document import document
from quart_app.sales.forms import ReceiptForm
from quart_app.sales.held.causes import Cause
from quart_app.sales.held.models import HeldSale
from quart_app.sales.held.service import HeldSales
from quart_app.sales.models import Sale
from quart_app.sales.service import Sales
from quart_app.values.rounding import half_up
from quart_app.wire import Wire

# What two receipts of one content may differ in, and what stands on the page already.
_BESIDE = frozenset(("receipt_id", "received_at", "status", "warnings", "voided_at", "void_reason"))

_IN_LINE = re.compile(r"lines\[(\d+)\]\.(\w+)")


class Difference(msgspec.Struct, frozen=True):
    """A member of two receipts; None where one of them has it not."""

    path: str
    stored: str | None
    came: str | None

    @property
    def differs(self) -> bool:
        """Whether the two are not the same here."""
        return self.stored != self.came


class Reason(msgspec.Struct, frozen=True):
    """Why a receipt is held: the code, and what stands at which place of what was sent."""

    code: str
    line: int | None
    member: str
    value: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A held receipt as its page shows it."""

    held: HeldSale
    form: ReceiptForm
    amounts: list[int | None]
    reasons: list[Reason]
    differences: list[Difference]
    """Beside whoever has its identity; empty where nobody has."""


class HeldView:
    """Reads held receipts for the pages."""

    def __init__(self, held_sales: HeldSales, sales: Sales, wire: Wire) -> None:
        self._held_sales = held_sales
        self._sales = sales
        self._wire = wire
        self._read = wire.decoder(ReceiptForm).decode

    async def price_of(self, cause: Cause) -> str:
        """What the first receipt of a cause says that its unknown product costs, or nothing."""
        if cause.code != "unknown_product":
            return ""
        held = await self._held_sales.find(cause.first_id)
        for line in self._read(held.document).lines:
            if line.product_id == cause.number:
                price: int | None = line.unit_price
                if price is None and line.amount is not None:
                    price = half_up((line.amount + (line.discount or 0)) * 1_000, line.quantity)
                return "" if price is None else self._wire.currency.format(price)
        return ""

    async def of(self, held_id: int) -> Shown:
        """A held receipt, and beside it the one that has its identity where that is the cause."""
        held = await self._held_sales.find(held_id)
        form = self._read(held.document)
        would_be = await self._held_sales.would_be(held)
        amounts: list[int | None] = [
            None if line.amount is None else int(line.amount) for line in form.lines
        ]
        if would_be is not None:
            amounts = [line.amount_minor for line in would_be.lines]
        differences = []
        if any(reason.code == "receipt_conflict" for reason in held.reasons):
            differences = await self._beside(held, would_be)
        return Shown(
            held=held,
            form=form,
            amounts=amounts,
            reasons=reasons_of(held),
            differences=differences,
        )

    async def _beside(self, held: HeldSale, would_be: Sale | None) -> list[Difference]:
        try:
            found = await self._sales.find(held.receipt_id)
        except NotFound:
            return []
        stored = await self._held_sales.would_be(found) if isinstance(found, HeldSale) else found
        if would_be is not None and stored is not None:
            return _differences(self._flat(stored), self._flat(would_be), all_of_both=True)
        # As they were sent, as far as both say something.
        before = found.document if isinstance(found, HeldSale) else None
        first = self._flat(stored) if before is None and stored else _flattened(before or b"{}")
        return _differences(first, _flattened(held.document), all_of_both=before is not None)

    def _flat(self, sale: Sale) -> dict[str, str]:
        return _flattened(self._wire.encode(document(sale, self._wire.currency)))


def reasons_of(held: HeldSale) -> list[Reason]:
    """Why it is held, each reason with its place in what was sent."""
    sent = msgspec.json.decode(held.document)
    found = []
    for fault in held.reasons:
        place = _IN_LINE.fullmatch(fault.path)
        line = None if place is None else int(place[1])
        member = fault.path if place is None else place[2]
        part = sent if line is None else sent["lines"][line]
        value = part.get(member) if isinstance(part, dict) else None
        found.append(
            Reason(
                code=fault.code,
                line=None if line is None else line + 1,
                member=member,
                value="" if value is None else str(value),
            )
        )
    return found


def _differences(
    stored: Mapping[str, str], came: Mapping[str, str], *, all_of_both: bool
) -> list[Difference]:
    paths = [*stored, *(path for path in came if path not in stored)]
    return [
        Difference(path, stored.get(path), came.get(path))
        for path in paths
        if all_of_both or (path in stored and path in came)
    ]


def _flattened(text: bytes) -> dict[str, str]:
    """Every member that says something, under its place."""
    found: dict[str, str] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for name, below in value.items():
                if name != "line_no" and (path or name not in _BESIDE):
                    walk(below, f"{path}.{name}".lstrip("."))
        elif isinstance(value, list):
            for number, below in enumerate(value, 1):
                walk(below, f"{path} {number}")
        elif value not in (None, ""):
            found[path] = str(value)

    walk(msgspec.json.decode(text), "")
    return found
