"""What a page's form sends: read as the struct it fills, and only from a page of this service."""

from typing import TypeVar

from quart import request

from quart_app.errors import Forbidden
from quart_app.wire import Wire

T = TypeVar("T")


async def read_form(wire: Wire, form: type[T]) -> T:
    """The form that was sent; Forbidden from another site's page, Invalid names a field.

    An empty field is one that was not filled in. Of a field whose name ends in ``s`` there may be
    several.
    """
    require_own_page()
    sent = await request.form
    values: dict[str, object] = {}
    for name, texts in sent.lists():
        filled = [text.strip() for text in texts if text.strip()]
        if filled:
            values[name] = filled if name.endswith("s") else filled[0]
    return wire.convert(values, form)


def require_own_page() -> None:
    """Forbidden for a form of another site's page, before anything is said of what it is about."""
    # The door has looked at what a browser says of where it comes from. Here it has to say it.
    if not any(name in request.headers for name in ("Origin", "Sec-Fetch-Site")):
        raise Forbidden("this form was not sent by a page of this service", code="cross_site")
