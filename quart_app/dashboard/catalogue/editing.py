"""A form of one entry: read with every fault beside its field, and written."""

from quart_app.catalogue.models import Entry
from quart_app.catalogue.table import every_fault
from quart_app.dashboard.catalogue.view import View
from quart_app.dashboard.forms import read_texts
from quart_app.errors import Conflict, Invalid
from quart_app.wire import Wire


async def typed() -> dict[str, str]:
    """What was typed, field by field."""
    return {name: filled[0] for name, filled in (await read_texts()).items()}


async def edited(view: View, wire: Wire, entry_id: int | None, texts: dict[str, str]) -> Entry:
    """The entry as it is written now; Invalid with every fault, Conflict, NotFound."""
    try:
        sent = wire.convert(texts, view.entry_type)
    except Invalid as error:
        faults = every_fault(wire, view.entry_type, texts)
        raise Invalid(error.detail, faults=faults or error.faults) from error
    entry = view.catalogue.complete(sent)
    if entry_id is None:
        created: Entry = await view.catalogue.create(entry)
        return created
    values = {name: getattr(entry, name) for name in view.members}
    changed: Entry = await view.catalogue.change(entry_id, view.patch(values))
    return changed


def fields_of(error: Invalid | Conflict) -> dict[str, str]:
    """The code of each field's fault; what is no field's stands beside the id."""
    if isinstance(error, Conflict):
        return {"unit" if error.code == "unit_in_use" else "id": error.code}
    return {fault.path: fault.code for fault in error.faults}
