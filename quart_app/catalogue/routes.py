"""The routes that every catalogue has, under its own path."""

from typing import TypeVar

from quart import Blueprint, Response, request, url_for

from quart_app.catalogue.models import Entry, Listing, Patch
from quart_app.catalogue.service import Catalogue
from quart_app.csv_table import lines_of
from quart_app.web.bodies import (
    MAX_CSV_BYTES,
    answer,
    answer_encoded,
    read_bytes,
    read_json,
    read_query,
    sent_headers,
)
from quart_app.web.paging import next_link
from quart_app.wire import Wire

E = TypeVar("E", bound=Entry)
L = TypeVar("L", bound=Listing)
# Beyond this no client keeps an integer exactly; the path does not match.
_ID = "<int(min=1, max=9007199254740991):entry_id>"


def catalogue_blueprint(
    name: str,
    catalogue: Catalogue[E, L],
    wire: Wire,
    *,
    patch_type: type[Patch],
) -> Blueprint:
    """List, read, create, replace, change, delete and import the entries of a catalogue."""
    blueprint = Blueprint(name, __name__, url_prefix=f"/{name}")
    read_entry = wire.decoder(catalogue.entry_type)
    read_patch = wire.decoder(patch_type)

    @blueprint.get("")
    async def list_entries() -> Response:
        return await _list(catalogue, wire)

    @blueprint.get(f"/{_ID}")
    async def read(entry_id: int) -> Response:
        return answer(wire, await catalogue.find(entry_id))

    @blueprint.post("")
    async def create() -> Response:
        sent = catalogue.complete(await read_json(wire, read_entry))
        entry = await catalogue.create(sent)
        place = url_for(f"{request.blueprint}.read", entry_id=entry.known_id)
        return answer(wire, entry, 201, {"Location": place})

    @blueprint.put(f"/{_ID}")
    async def replace(entry_id: int) -> Response:
        sent = catalogue.complete(await read_json(wire, read_entry))
        entry, is_new = await catalogue.replace(entry_id, sent)
        return answer(wire, entry, 201 if is_new else 200)

    @blueprint.patch(f"/{_ID}")
    async def change(entry_id: int) -> Response:
        patch = await read_json(wire, read_patch)
        return answer(wire, await catalogue.change(entry_id, patch))

    @blueprint.delete(f"/{_ID}")
    async def delete(entry_id: int) -> Response:
        await catalogue.delete(entry_id)
        return _without_body(204)

    @blueprint.post("/import")
    async def import_csv() -> Response:
        body = await read_bytes(sent_headers(), "text/csv", MAX_CSV_BYTES)
        return answer(wire, await catalogue.import_csv(lines_of(body)))

    return blueprint


async def _list(catalogue: Catalogue[E, L], wire: Wire) -> Response:
    edition = catalogue.edition.name
    if not request.query_string:
        # What tills ask for all day long: the whole catalogue, if it has changed.
        if sent_headers().get(b"if-none-match") == f'"{edition}"'.encode():
            return _with_edition(_without_body(304), edition)
        if not request.if_none_match.contains_weak(edition):
            return _with_edition(answer_encoded(await catalogue.whole()), edition)
    listing = read_query(wire, catalogue.listing_type)
    if request.if_none_match.contains_weak(edition):
        return _with_edition(_without_body(304), edition)
    entries = await catalogue.list(listing)
    reply = _with_edition(answer(wire, entries), edition)
    if listing.limit is not None and len(entries) == listing.limit:
        reply.headers["Link"] = next_link(after=entries[-1].known_id)
    return reply


def _without_body(status: int) -> Response:
    reply = Response(status=status)
    del reply.headers["Content-Type"]
    return reply


def _with_edition(reply: Response, edition: str) -> Response:
    reply.set_etag(edition)
    reply.headers["Cache-Control"] = "no-cache"
    return reply
