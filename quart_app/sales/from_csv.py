"""Receipts from a table that has a row a line, the rows of a receipt together."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from quart_app.csv_table import read_table
from quart_app.errors import Fault, Invalid
from quart_app.sales.forms import ReceiptForm
from quart_app.wire import Wire

_RECEIPT = (
    "receipt_id",
    "store_id",
    "till_id",
    "series",
    "sequence_number",
    "type",
    "occurred_at",
    "cashier_id",
    "promo_code",
)
_LINE = ("product_id", "quantity", "unit_price", "discount", "amount", "tax")
COLUMNS = (*_RECEIPT, "line_no", *_LINE)
REQUIRED = ("receipt_id", "store_id", "occurred_at", "product_id", "quantity")

Cells = dict[str, str]


class Unreadable(msgspec.Struct, frozen=True):
    """A receipt whose rows are no receipt, with the first fault's row and column."""

    fault: Fault


def receipts(text: Iterable[str], wire: Wire) -> Iterator[ReceiptForm | Unreadable]:
    """The table's receipts in its order; one that is faulty costs the others nothing."""
    rows = read_table(text, COLUMNS, REQUIRED)
    for _, group in groupby(rows, key=lambda numbered: numbered[1].get("receipt_id")):
        numbered = list(group)
        try:
            yield _receipt(numbered, wire)
        except Invalid as error:
            yield Unreadable(error.faults[0])


def _receipt(numbered: list[tuple[int, Cells]], wire: Wire) -> ReceiptForm:
    first_row, first = numbered[0]
    last_line_no = 0
    for row, cells in numbered:
        for name in _RECEIPT:
            if cells.get(name) != first.get(name):
                raise _invalid(row, name, "rows_differ", "the rows of a receipt agree on it")
        line_no = cells.get("line_no", str(last_line_no + 1))
        if not re.fullmatch("[0-9]{1,9}", line_no) or int(line_no) <= last_line_no:
            raise _invalid(row, "line_no", "line_no_order", "lines are numbered upwards from 1")
        last_line_no = int(line_no)
    document = {name: first[name] for name in _RECEIPT if name in first}
    lines = [{name: cells[name] for name in _LINE if name in cells} for _, cells in numbered]
    try:
        return wire.convert({**document, "lines": lines}, ReceiptForm)
    except Invalid as error:
        raise _at_its_row(error.faults[0], [row for row, _ in numbered], first_row) from error


def _at_its_row(fault: Fault, rows: list[int], first_row: int) -> Invalid:
    """``lines[2].quantity`` of a receipt as the row and column it came from."""
    head, _, member = fault.path.rpartition(".")
    row = rows[int(head[len("lines[") : -1])] if head.startswith("lines[") else first_row
    return _invalid(row, member, fault.code, fault.detail)


def _invalid(row: int, column: str, code: str, detail: str) -> Invalid:
    return Invalid(detail, faults=[Fault(f"row {row}, column {column}", code, detail)])
