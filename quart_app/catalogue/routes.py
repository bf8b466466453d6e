"""The routes that every catalogue has, under its own path."""

from typing import Any, TypeVar

from quart import Blueprint, Response, request, url_for

from quart_app.catalogue.models import Entry, Imported, Importing, Listing, Patch, kept_form
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
from quart_app.web.openapi.describing import Answer, Example, described
from quart_app.web.paging import next_link
from quart_app.wire import Wire

E = TypeVar("E", bound=Entry)
L = TypeVar("L", bound=Listing)
_ID = "<id:entry_id>"


def catalogue_blueprint(
    name: str,
    catalogue: Catalogue[E, L],
    wire: Wire,
    *,
    patch_type: type[Patch],
    example: dict[str, Any],
    known_id: int,
) -> Blueprint:
    """List, read, create, replace, change, delete and import the entries of a catalogue."""
    blueprint = Blueprint(name, __name__, url_prefix=f"/{name}")
    read_entry = wire.decoder(catalogue.entry_type)
    read_patch = wire.decoder(patch_type)
    # What the description of the API says of them.
    kept = kept_form(catalogue.entry_type)
    many: Any = list[kept]  # type: ignore[valid-type]
    one = {"entry_id": example["id"]}
    columns = f"A header and rows: {', '.join(catalogue.columns)}"
    csv = "".join(f"{','.join(map(str, row))}\n" for row in (example, example.values()))

    @blueprint.get("")
    @described(
        query=catalogue.listing_type,
        headers=("If-None-Match",),
        answers={
            200: Answer("Those asked for, by id.", many, headers=("ETag", "Link")),
            304: Answer("Nothing has changed.", headers=("ETag",)),
        },
    )
    async def list_entries() -> Response:
        """List them: all, or a page.

        `q` looks in names and numbers. What is archived is there with `archived=true`.
        """
        return await _list(catalogue, wire)

    @blueprint.get(f"/{_ID}")
    @described(answers={200: Answer("It.", kept)}, parameters={"entry_id": known_id})
    async def read(entry_id: int) -> Response:
        """One of them, archived or not."""
        return answer(wire, await catalogue.find(entry_id))

    @blueprint.post("")
    @described(
        bodies={"application/json": catalogue.entry_type},
        answers={201: Answer("It was added.", kept, headers=("Location",))},
        problems=(409,),
        examples=(
            Example("With an id of one's own", example, 201),
            Example("The id is taken", example, 409),
            Example("The next id", {**example, "id": None}, 201),
        ),
    )
    async def create() -> Response:
        """Add one; the id may be sent or is given."""
        sent = catalogue.complete(await read_json(wire, read_entry))
        entry = await catalogue.create(sent)
        place = url_for(f"{request.blueprint}.read", entry_id=entry.known_id)
        return answer(wire, entry, 201, {"Location": place})

    @blueprint.put(f"/{_ID}")
    @described(
        bodies={"application/json": catalogue.entry_type},
        answers={
            200: Answer("It was replaced.", kept),
            201: Answer("It was created.", kept),
        },
        problems=(409,),
        parameters=one,
        examples=(Example("As it shall be", example, 200),),
    )
    async def replace(entry_id: int) -> Response:
        """Create or replace one, so that an import can run twice."""
        sent = catalogue.complete(await read_json(wire, read_entry))
        entry, is_new = await catalogue.replace(entry_id, sent)
        return answer(wire, entry, 201 if is_new else 200)

    @blueprint.patch(f"/{_ID}")
    @described(
        bodies={"application/json": patch_type},
        answers={200: Answer("As it is now.", kept)},
        problems=(409,),
        parameters=one,
        examples=(Example("Another name", {"name": "Another"}, 200),),
    )
    async def change(entry_id: int) -> Response:
        """Change the members that are sent."""
        patch = await read_json(wire, read_patch)
        return answer(wire, await catalogue.change(entry_id, patch))

    @blueprint.delete(f"/{_ID}")
    @described(answers={204: Answer("It is gone.")}, parameters=one)
    async def delete(entry_id: int) -> Response:
        """Delete one; what has been sold is archived, and every report keeps it."""
        await catalogue.delete(entry_id)
        return _without_body(204)

    @blueprint.post("/import")
    @described(
        query=Importing,
        bodies={"text/csv": {"type": "string", "description": columns}},
        answers={200: Answer("What was done.", Imported)},
        problems=(409,),
        parameters={"dry_run": False},
        examples=(Example("One row", csv, 200, "text/csv"),),
    )
    async def import_csv() -> Response:
        """Import a table: all rows or none, errors by row and column.

        With `dry_run=true` it is answered what would be done, and nothing is written.
        """
        asked = read_query(wire, Importing)
        text = lines_of(await read_bytes(sent_headers(), "text/csv", MAX_CSV_BYTES))
        if asked.dry_run:
            return answer(wire, (await catalogue.preview(text)).counts)
        return answer(wire, await catalogue.import_csv(text))

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
