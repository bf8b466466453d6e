"""Long bodies, read as they come: unpacked, counted, and cut into what they are a list of."""

import asyncio
import re
import zlib
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator, Mapping
from contextlib import aclosing

import msgspec
from quart import request

from quart_app.errors import Malformed, TooLarge, UnsupportedMediaType
from quart_app.web.large_bodies import LargeBody

MAX_SENT_BYTES = 16 << 20
MAX_UNPACKED_BYTES = 64 << 20
MAX_ITEM_BYTES = 1 << 20
_TOGETHER = 25
_PART_BYTES = 64 << 10
_GZIP = 16 + zlib.MAX_WBITS
_COMMA = ord(",")
# A string, or what opens, closes or separates.
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]', re.DOTALL)
_ARRAY = re.compile(rb"[ \t\r\n]*\[")
_NDJSON, _JSON = "application/x-ndjson", "application/json"


async def read_items(headers: Mapping[bytes, bytes]) -> AsyncGenerator[list[bytes | None], None]:
    """The lines of an NDJSON body as they come, or the members of a JSON array when it is whole.

    They come some together. None stands for one that is too long, of which nothing is kept.
    Raises UnsupportedMediaType, TooLarge or Malformed; of lines, those before are out by then.
    """
    sent_type = headers.get(b"content-type", b"").decode("latin-1")
    media_type = sent_type.partition(";")[0].strip().lower()
    if media_type not in (_NDJSON, _JSON):
        raise UnsupportedMediaType(
            f"send {_NDJSON} (a receipt a line) or {_JSON} (an array), not {sent_type[:80]!r}"
        )
    parts = _unpacked(headers)
    items = _members(parts) if media_type == _JSON else _lines(parts)
    # Whoever has had enough leaves nothing behind.
    async with aclosing(parts), aclosing(items):
        async for some in items:
            for start in range(0, len(some), _TOGETHER):
                yield some[start : start + _TOGETHER]
                # However many there are, others are answered meanwhile.
                await asyncio.sleep(0)


async def _lines(parts: AsyncIterable[bytes]) -> AsyncGenerator[list[bytes | None], None]:
    rest = bytearray()
    async for part in parts:
        # However many lines a part has, others are answered between two parts.
        await asyncio.sleep(0)
        *ended, last = part.split(b"\n")
        if ended:
            rest += ended[0]
            ended[0] = bytes(rest[: MAX_ITEM_BYTES + 1])
            yield _items(ended)
            rest.clear()
        rest += last
        # Of one that is too long no more is kept than tells that it is.
        del rest[MAX_ITEM_BYTES + 1 :]
    yield _items([bytes(rest)])


def _items(lines: Iterable[bytes]) -> list[bytes | None]:
    """Those that are not blank; None for one that is too long."""
    return [
        line if len(line) <= MAX_ITEM_BYTES else None
        for line in lines
        if len(line) > MAX_ITEM_BYTES or line.strip()
    ]


async def _members(parts: AsyncIterable[bytes]) -> AsyncGenerator[list[bytes | None], None]:
    with LargeBody(MAX_UNPACKED_BYTES, may_fill=True) as body:
        async for part in parts:
            body.add(part)
        with body.view() as array:
            _require_array(array)
            some: list[bytes | None] = []
            turn = 0
            for start, end in _places(array):
                is_short = end - start <= MAX_ITEM_BYTES
                member = bytes(array[start:end]).strip() if is_short else None
                if member != b"":
                    some.append(member)
                if end // _PART_BYTES > turn:
                    turn = end // _PART_BYTES
                    await asyncio.sleep(0)
                    yield some
                    some = []
            yield some


def _require_array(body: memoryview) -> None:
    try:
        # Looked through to its end and not built: a broken array is refused before any is counted.
        msgspec.json.decode(body, type=msgspec.Raw)
    except UnicodeDecodeError as error:
        raise Malformed("the body is not UTF-8", code="malformed_utf8") from error
    except RecursionError as error:
        raise Malformed("the body is too deep", code="too_deep") from error
    except msgspec.DecodeError as error:
        raise Malformed(f"the body is not JSON: {error}", code="malformed_json") from error
    if not _ARRAY.match(body):
        raise Malformed("the body is no JSON array", code="malformed_json")


def _places(array: memoryview) -> Iterator[tuple[int, int]]:
    """Where the members of a JSON array stand, found one after the other."""
    depth = start = 0
    for token in _TOKEN.finditer(array):
        kind = array[token.start()]
        if kind in b"[{":
            depth += 1
            if depth == 1:
                start = token.end()
        elif kind in b"]}":
            depth -= 1
            if depth == 0:
                yield start, token.start()
        elif kind == _COMMA and depth == 1:
            yield start, token.start()
            start = token.end()


def _unpacked(headers: Mapping[bytes, bytes]) -> AsyncGenerator[bytes, None]:
    """The body's parts as they were before they were packed, however much they grow."""
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding not in (b"identity", b"gzip"):
        raise UnsupportedMediaType("Content-Encoding may be gzip, or left out")
    parts = _within(request.body, MAX_SENT_BYTES)
    return parts if encoding == b"identity" else _within(_gunzipped(parts), MAX_UNPACKED_BYTES)


async def _within(parts: AsyncIterable[bytes], limit: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for part in parts:
        size += len(part)
        if size > limit:
            raise TooLarge(f"the body is over {limit:,} bytes; send it in parts")
        yield part


async def _gunzipped(parts: AsyncIterable[bytes]) -> AsyncGenerator[bytes, None]:
    unpacker = zlib.decompressobj(_GZIP)
    async for packed in parts:
        rest = packed
        while rest:
            if unpacker.eof:
                unpacker = zlib.decompressobj(_GZIP)
            try:
                yield unpacker.decompress(rest, _PART_BYTES)
            except zlib.error as error:
                raise Malformed(f"the body is not gzip: {error}", code="malformed_gzip") from error
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if not unpacker.eof:
        raise Malformed("the gzip body breaks off before its end", code="malformed_gzip")
