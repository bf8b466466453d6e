"""Where one can go from any page: the one list of the header's entries, and who sees each."""

import msgspec

from quart_app.people.models import Person


def gettext(message: str) -> str:
    """Mark a message that templates say later."""
    return message


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the header.

    The ``first`` ones always stand in the row, ``second`` ones where it is wide enough; all but
    the first are in the menu beside it.
    """

    address: str
    label: str
    place: str = "menu"
    for_owners: bool = False

    def is_seen_by(self, person: Person | None) -> bool:
        """Whether it is somebody's to open; nothing is whose who has not signed in."""
        return person is not None and (not self.for_owners or person.stores is None)


ENTRIES = (
    Entry(address="/", label=gettext("Today"), place="first"),
    Entry(address="/reports", label=gettext("Reports"), place="first"),
    Entry(address="/shops", label=gettext("Shops"), place="second"),
    Entry(address="/products", label=gettext("Products"), place="second"),
    Entry(address="/notes", label=gettext("Notes")),
    Entry(address="/held", label=gettext("Held")),
    Entry(address="/tills", label=gettext("Tills")),
    Entry(address="/people", label=gettext("People"), for_owners=True),
    Entry(address="/keys", label=gettext("Keys"), for_owners=True),
    Entry(address="/audit", label=gettext("Record"), for_owners=True),
    Entry(address="/docs", label=gettext("API")),
)


def entries_for(person: Person | None) -> list[Entry]:
    """What somebody may go to, in order."""
    return [one for one in ENTRIES if one.is_seen_by(person)]
