"""A catalogue's table of CSV: its entries by id, or every fault by row and column."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Generic, TypeVar

import msgspec

from quart_app.catalogue.models import Entry
from quart_app.csv_table import read_table
from quart_app.errors import Fault, Invalid
from quart_app.values.decimals import with_point
from quart_app.wire import Wire

E = TypeVar("E", bound=Entry)
MAX_FAULTS = 100
ROWS_AT_ONCE = 500


class Table(msgspec.Struct, Generic[E], frozen=True):
    """The entries by id, and the row each stands in."""

    entries: dict[int, E]
    rows: dict[int, int]


async def read_entries(
    text: Iterable[str],
    wire: Wire,
    entry_type: type[E],
    *,
    columns: Sequence[str],
    required: Sequence[str],
    complete: Callable[[E], E],
) -> Table[E]:
    """Read a table whose rows are entries, each with an id of its own; Invalid names each fault.

    It is read some rows at a time, so that tills are answered meanwhile.
    """
    table: Table[E] = Table({}, {})
    faults: list[Fault] = []
    for count, (row, cells) in enumerate(read_table(text, columns, required)):
        if count % ROWS_AT_ONCE == 0:
            await asyncio.sleep(0)
        # Spreadsheets of many languages write it with a comma.
        if "price" in cells:
            cells["price"] = with_point(cells["price"])
        try:
            entry = complete(wire.convert(cells, entry_type))
        except Invalid:
            faults += (
                Fault(f"row {row}, column {one.path}", one.code, one.detail)
                for one in every_fault(wire, entry_type, cells)
            )
            continue
        if entry.id is None:
            faults.append(Fault(f"row {row}, column id", "missing_value", "give an id"))
        elif entry.id in table.entries:
            detail = f"{entry.id} stands in row {table.rows[entry.id]} already"
            faults.append(Fault(f"row {row}, column id", "repeated_id", detail))
        else:
            table.entries[entry.id] = entry
            table.rows[entry.id] = row
    if faults:
        raise refused(faults)
    return table


def every_fault(wire: Wire, form: type[Any], values: dict[str, str]) -> list[Fault]:
    """The faults of all members, where reading the whole stops at the first."""
    faults: list[Fault] = []
    for name, alone in _alone(form):  # type: ignore[arg-type]
        try:
            wire.convert({name: values[name]} if name in values else {}, alone)
        except Invalid as error:
            faults += error.faults
    return faults


def refused(faults: Sequence[Fault]) -> Invalid:
    """The refusal of a table with these faults."""
    return Invalid(
        f"nothing was imported: {len(faults)} faults"
        + (f", of which the first {MAX_FAULTS} are named" if len(faults) > MAX_FAULTS else ""),
        code="invalid_csv",
        faults=faults[:MAX_FAULTS],
    )


@cache
def _alone(form: type[Any]) -> list[tuple[str, type[Any]]]:
    """A form of each member by itself."""
    return [
        (one.name, msgspec.defstruct(one.name, [_member(one)]))
        for one in msgspec.structs.fields(form)
    ]


def _member(field: msgspec.structs.FieldInfo) -> tuple[str, Any] | tuple[str, Any, Any]:
    return (field.name, field.type) if field.required else (field.name, field.type, field.default)
