"""The file of an import on its way: sent by a form, and carried by the page that shows it.

Nothing of it is kept here between the two: the page has the file within its form, packed, with
the checksum that gzip gives it.
"""

import asyncio
import base64
import binascii
import gzip
import io
import zlib

import msgspec
from quart import request
from werkzeug.formparser import FormDataParser

from quart_app.dashboard.forms import require_own_page
from quart_app.errors import Malformed, TooLarge
from quart_app.web.bodies import MAX_CSV_BYTES, read_bytes, sent_headers

_FORM = "multipart/form-data"
_OF_THE_FORM_BYTES = 64 << 10
_GZIP = b"\x1f\x8b"
_MAX_PARTS = 8


class Upload(msgspec.Struct, frozen=True):
    """A table as it was sent, and the edition of the catalogue that it was compared with."""

    table: bytes
    edition: str | None


async def read_upload() -> Upload:
    """The form with a file, or with one that is carried; Malformed or TooLarge."""
    require_own_page()
    body = await read_bytes(sent_headers(), _FORM, MAX_CSV_BYTES + _OF_THE_FORM_BYTES)
    parser = FormDataParser(max_form_memory_size=len(body), max_form_parts=_MAX_PARTS)
    _, fields, files = parser.parse(
        io.BytesIO(body), _FORM, len(body), dict(request.mimetype_params)
    )
    if "packed" in fields:
        try:
            sent = base64.b64decode(fields["packed"], validate=True)
        except binascii.Error as error:
            raise _damaged() from error
        return Upload(await asyncio.to_thread(_unpacked, sent), fields.get("edition", ""))
    table = files["table"].stream.read() if "table" in files else b""
    if table.startswith(_GZIP):
        table = await asyncio.to_thread(_unpacked, table)
    if len(table) > MAX_CSV_BYTES:
        raise _too_large()
    if not table:
        raise Malformed("choose a file with a table", code="no_file")
    return Upload(table, None)


async def packed(table: bytes) -> str:
    """A table as a page carries it; TooLarge where it would not come back in one form."""
    found = base64.b64encode(await asyncio.to_thread(gzip.compress, table, 6, mtime=0))
    if len(found) > MAX_CSV_BYTES:
        raise _too_large()
    return found.decode()


def _unpacked(sent: bytes) -> bytes:
    """What was packed, as far as a table may be long; its checksum is looked at."""
    stream = zlib.decompressobj(wbits=31)
    try:
        table = stream.decompress(sent, MAX_CSV_BYTES + 1)
    except zlib.error as error:
        raise _damaged() from error
    if len(table) > MAX_CSV_BYTES:
        raise _too_large()
    if not stream.eof:
        raise _damaged()
    return table


def _damaged() -> Malformed:
    return Malformed("the file did not arrive whole; choose it again", code="damaged_file")


def _too_large() -> TooLarge:
    return TooLarge(f"the table is over {MAX_CSV_BYTES:,} bytes; send it in parts")
