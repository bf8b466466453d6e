"""What a page's form sends: read as the struct it fills, and only from a page of this service."""

from typing import TypeVar

from quart import request

from quart_app.errors import Forbidden
from quart_app.values.decimals import with_point
from quart_app.wire import Wire

T = TypeVar("T")


def require_own_page() -> None:
    """Forbidden for what a page of this service did not send."""
    # The door has looked at what a browser says of where it comes from. Here it has to say it.
    if not any(name in request.headers for name in ("Origin", "Sec-Fetch-Site")):
        raise Forbidden("this form was not sent by a page of this service", code="cross_site")


async def read_texts() -> dict[str, list[str]]:
    """What was filled in, field by field; Forbidden from another site's page.

    A price may have a comma.
    """
    require_own_page()
    sent = await request.form
    found = {name: [text.strip() for text in texts if text.strip()] for name, texts in sent.lists()}
    if "price" in found:
        found["price"] = [with_point(text) for text in found["price"]]
    return {name: texts for name, texts in found.items() if texts}


async def read_form(wire: Wire, form: type[T]) -> T:
    """The form that was sent; Forbidden from another site's page, Invalid names a field.

    An empty field is one that was not filled in. Of a field whose name ends in ``s`` there may be
    several.
    """
    values = {
        name: texts if name.endswith("s") else texts[0]
        for name, texts in (await read_texts()).items()
    }
    return wire.convert(values, form)
