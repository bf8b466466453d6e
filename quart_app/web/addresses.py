"""The parts of addresses that routes have in common."""

from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

from quart_app.values.identifiers import MAX_ID


class IdConverter(BaseConverter):
    """An id in an address, as ``<id:name>``: from 1 to what every JSON reader keeps exactly.

    One that cannot be is not found whatever the method is; the library's own limits on integers
    would answer 405, since the address is there for the other methods.
    """

    regex = r"[0-9]+"

    def to_python(self, value: str) -> int:
        """The id; NotFound for one that cannot be."""
        if len(value) > len(str(MAX_ID)) or not 1 <= int(value) <= MAX_ID:
            raise NotFound
        return int(value)
