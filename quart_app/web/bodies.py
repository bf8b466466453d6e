"""The one reader of request bodies and queries, and the one writer of answers, for all routes."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import TypeVar

import msgspec
from quart import Response, request

from quart_app.errors import TooLarge, UnsupportedMediaType
from quart_app.parameters import read_parameters
from quart_app.web.large_bodies import LargeBody
from quart_app.wire import Wire

T = TypeVar("T")
MAX_JSON_BYTES = 1 << 20
MAX_CSV_BYTES = 8 << 20
_SMALL_BYTES = 64 << 10
# A body not much too long is read to its end and thrown away: a client that is cut off while it
# sends would not see the answer.
_DISCARDED_BYTES = 8 << 20
_DISCARDING_S = 10


async def read_bytes(headers: Mapping[bytes, bytes], media_type: str, limit: int) -> bytes:
    """The body, refused as soon as it is longer than ``limit`` or of another type.

    Raises UnsupportedMediaType, TooLarge, or Busy where others send large ones too.
    """
    sent_type = headers.get(b"content-type", b"").decode("latin-1")
    known = ("", media_type)
    if sent_type not in known and sent_type.partition(";")[0].strip().lower() not in known:
        raise UnsupportedMediaType(
            f"send {media_type}, not {sent_type[:80]!r}; with curl: -H 'Content-Type: {media_type}'"
        )
    if b"content-encoding" in headers:
        raise UnsupportedMediaType("this route takes a body as it is, without an encoding")
    length = int(headers.get(b"content-length", limit + 1))
    if length <= _SMALL_BYTES:
        small: bytes = await request.body
        return small
    if length > limit + _DISCARDED_BYTES:
        raise _too_large(limit)
    size = 0
    with LargeBody(limit) as body:
        async for part in request.body:
            size += len(part)
            if size <= limit:
                body.add(part)
            elif size > limit + _DISCARDED_BYTES:
                raise _too_large(limit)
            else:
                body.drop()
        if size > limit:
            raise _too_large(limit)
        with body.view() as whole:
            return bytes(whole)


async def discard_body() -> None:
    """Read what is being sent, up to a limit, and keep nothing: its sender sees the answer."""
    headers = sent_headers()
    is_sent = b"content-length" in headers or b"transfer-encoding" in headers
    if not is_sent or int(headers.get(b"content-length", 0)) > _DISCARDED_BYTES:
        return
    size = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DISCARDING_S):
            async for part in request.body:
                size += len(part)
                if size > _DISCARDED_BYTES:
                    return


def sent_headers() -> dict[bytes, bytes]:
    """The request's headers as the server has them: by lower-case name, the last of each."""
    return dict(request.scope["headers"])


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the body is over {limit:,} bytes; send it in parts")


async def read_json(wire: Wire, decoder: msgspec.json.Decoder[T]) -> T:
    """The body as a value of the decoder's type; Malformed or Invalid names the place."""
    body = await read_bytes(sent_headers(), "application/json", MAX_JSON_BYTES)
    return wire.decode(decoder, body)


def read_query(wire: Wire, form: type[T]) -> T:
    """The query as a struct whose fields are the parameters; InvalidParameter names the fault."""
    return read_parameters(wire, form, request.args.lists())


def answer(
    wire: Wire, value: object, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """A value as a JSON response."""
    return answer_encoded(wire.encode(value), status, headers)


def answer_encoded(
    body: bytes, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """JSON that is written already as a response."""
    return Response(body, status, headers, content_type="application/json")
