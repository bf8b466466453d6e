"""/keys: made, listed and revoked by managers; /audit: who did what."""

from quart import Blueprint, Response

from quart_app.access.audit import Audit
from quart_app.access.models import AuditListing, AuditRecord, KeyForm, ShownKey, ShownRecord
from quart_app.access.service import Keys
from quart_app.values.instant import format_instant
from quart_app.web.bodies import answer, read_json, read_query
from quart_app.web.openapi.describing import Answer, Example, described
from quart_app.web.paging import next_link
from quart_app.wire import Wire

_ID = "<id:key_id>"
_EXAMPLE = {"role": "till", "store_id": 7, "name": "Shop 7, T1", "expires": "2027-12-31"}


def keys_blueprint(keys: Keys, wire: Wire) -> Blueprint:
    """The routes of keys."""
    blueprint = Blueprint("keys", __name__, url_prefix="/keys")
    read_form = wire.decoder(KeyForm)

    @blueprint.get("")
    @described(answers={200: Answer("Everything but the keys themselves.", list[ShownKey])})
    async def list_keys() -> Response:
        """The keys there are and were."""
        return answer(wire, keys.list())

    @blueprint.post("")
    @described(
        bodies={"application/json": KeyForm},
        answers={201: Answer("It is made; `key` is shown this once.", ShownKey)},
        examples=(Example("For a till", _EXAMPLE, 201),),
    )
    async def create() -> Response:
        """Make a key; from the first one on, every call of the API needs one."""
        made = await keys.create(await read_json(wire, read_form))
        return answer(wire, made, 201, {"Cache-Control": "no-store"})

    @blueprint.delete(f"/{_ID}")
    @described(answers={204: Answer("It holds no more.")}, parameters={"key_id": 2})
    async def revoke(key_id: int) -> Response:
        """Revoke a key, at once."""
        await keys.revoke(key_id)
        reply = Response(status=204)
        del reply.headers["Content-Type"]
        return reply

    return blueprint


def audit_blueprint(audit: Audit, wire: Wire) -> Blueprint:
    """The route of the record."""
    blueprint = Blueprint("audit", __name__, url_prefix="/audit")

    @blueprint.get("")
    @described(
        query=AuditListing,
        answers={200: Answer("A page of them.", list[ShownRecord], headers=("Link",))},
    )
    async def list_records() -> Response:
        """Who did what, newest first."""
        listing = read_query(wire, AuditListing)
        found = await audit.list(listing)
        reply = answer(wire, [_document(record) for record in found])
        if len(found) == listing.limit:
            reply.headers["Link"] = next_link(after=found[-1].id)
        return reply

    return blueprint


def _document(record: AuditRecord) -> ShownRecord:
    return ShownRecord(
        id=record.id,
        at=format_instant(record.at_us),
        actor=record.actor,
        role=record.role,
        key_id=record.key_id,
        origin=record.origin,
        action=record.action,
        subject=record.subject,
        detail=record.detail,
    )
