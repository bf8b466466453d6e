"""What a page's form sends: read as the struct it fills, and only from a page of this service."""

from typing import TypeVar
from urllib.parse import parse_qs

from quart import g, request

from quart_app.errors import Forbidden, Malformed
from quart_app.values.decimals import with_point
from quart_app.web.bodies import read_bytes, sent_headers
from quart_app.wire import Wire

T = TypeVar("T")
MAX_FORM_BYTES = 256 << 10
_FORM = "application/x-www-form-urlencoded"
_FIELDS = 20_000
_SENT = "form"


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
    found = {name: [text.strip() for text in texts] for name, texts in (await sent()).items()}
    found = {name: [text for text in texts if text] for name, texts in found.items()}
    if "price" in found:
        found["price"] = [with_point(text) for text in found["price"]]
    return {name: texts for name, texts in found.items() if texts}


async def sent() -> dict[str, list[str]]:
    """What a form sent, field by field, as it was typed; TooLarge, Malformed."""
    if _SENT not in g:
        body = await read_bytes(sent_headers(), _FORM, MAX_FORM_BYTES)
        try:
            fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS)
        except ValueError as error:
            raise Malformed("this is no form that was filled in") from error
        setattr(g, _SENT, fields)
    typed: dict[str, list[str]] = getattr(g, _SENT)
    return typed


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
