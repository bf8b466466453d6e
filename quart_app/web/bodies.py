"""The one reader of request bodies and queries, and the one writer of answers, for all routes."""

from typing import Any, TypeVar, get_origin

import msgspec
from quart import Response, request

from quart_app.errors import (
    Fault,
    Invalid,
    InvalidParameter,
    Malformed,
    TooLarge,
    UnsupportedMediaType,
)
from quart_app.wire import Wire

T = TypeVar("T")
MAX_JSON_BYTES = 1 << 20
MAX_CSV_BYTES = 16 << 20
# A body not much too long is read to its end and thrown away: a client that is cut off while it
# sends would not see the answer.
_DISCARDED_BYTES = 16 << 20


async def read_bytes(media_type: str, limit: int) -> bytes:
    """The body, refused as soon as it is longer than ``limit`` or of another type.

    Raises UnsupportedMediaType, TooLarge, or Malformed for two statements of its length, which
    is how one request is smuggled behind another.
    """
    headers = request.headers
    sent_type = headers.get("Content-Type", "")
    if sent_type and sent_type.partition(";")[0].strip().lower() != media_type:
        raise UnsupportedMediaType(
            f"send {media_type}, not {sent_type[:80]!r}; with curl: -H 'Content-Type: {media_type}'"
        )
    if "Content-Encoding" in headers:
        raise UnsupportedMediaType("this route takes a body as it is, without an encoding")
    if "Transfer-Encoding" in headers and "Content-Length" in headers:
        raise Malformed("both Content-Length and Transfer-Encoding were sent", code="ambiguous")
    too_large = TooLarge(f"the body is over {limit:,} bytes; send it in parts")
    if (request.content_length or 0) > limit + _DISCARDED_BYTES:
        raise too_large
    body, size = bytearray(), 0
    async for part in request.body:
        size += len(part)
        if size <= limit:
            body += part
        elif size > limit + _DISCARDED_BYTES:
            raise too_large
    if size > limit:
        raise too_large
    return bytes(body)


async def read_json(wire: Wire, decoder: msgspec.json.Decoder[T]) -> T:
    """The body as a value of the decoder's type; Malformed or Invalid names the place."""
    return wire.decode(decoder, await read_bytes("application/json", MAX_JSON_BYTES))[0]


def read_query(wire: Wire, form: type[T]) -> T:
    """The query as a struct whose fields are the parameters; InvalidParameter names the fault."""
    lists = {
        field.encode_name
        for field in msgspec.structs.fields(form)  # type: ignore[arg-type]
        if get_origin(field.type) is tuple
    }
    values: dict[str, Any] = {}
    for name, texts in request.args.lists():
        if len(texts) > 1 and name not in lists:
            raise InvalidParameter(
                f"{name} was given {len(texts)} times",
                faults=[Fault(name, "repeated_parameter", "give it once")],
            )
        values[name] = list(texts) if name in lists else texts[0]
    try:
        return wire.convert(values, form)
    except Invalid as error:
        place = error.faults[0]
        named = Fault(place.path, place.code.replace("_member", "_parameter"), place.detail)
        raise InvalidParameter(f"{place.path}: {place.detail}", faults=[named]) from error


def answer(
    wire: Wire, value: object, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """A value as a JSON response."""
    return Response(wire.encode(value), status, headers, content_type="application/json")
