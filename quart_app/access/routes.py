"""/keys: made, listed and revoked by managers; /audit: who did what."""

from quart import Blueprint, Response

from quart_app.access.audit import Audit
from quart_app.access.models import AuditListing, AuditRecord, KeyForm
from quart_app.access.service import Keys
from quart_app.values.instant import format_instant
from quart_app.web.bodies import answer, read_json, read_query
from quart_app.web.paging import next_link
from quart_app.wire import Wire

_ID = "<int(min=1, max=9007199254740991):key_id>"


def keys_blueprint(keys: Keys, wire: Wire) -> Blueprint:
    """The routes of keys."""
    blueprint = Blueprint("keys", __name__, url_prefix="/keys")
    read_form = wire.decoder(KeyForm)

    @blueprint.get("")
    async def list_keys() -> Response:
        return answer(wire, keys.list())

    @blueprint.post("")
    async def create() -> Response:
        made = await keys.create(await read_json(wire, read_form))
        return answer(wire, made, 201, {"Cache-Control": "no-store"})

    @blueprint.delete(f"/{_ID}")
    async def revoke(key_id: int) -> Response:
        await keys.revoke(key_id)
        reply = Response(status=204)
        del reply.headers["Content-Type"]
        return reply

    return blueprint


def audit_blueprint(audit: Audit, wire: Wire) -> Blueprint:
    """The route of the record."""
    blueprint = Blueprint("audit", __name__, url_prefix="/audit")

    @blueprint.get("")
    async def list_records() -> Response:
        listing = read_query(wire, AuditListing)
        found = await audit.list(listing)
        reply = answer(wire, [_document(record) for record in found])
        if len(found) == listing.limit:
            reply.headers["Link"] = next_link(after=found[-1].id)
        return reply

    return blueprint


def _document(record: AuditRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "at": format_instant(record.at_us),
        "actor": record.actor,
        "role": record.role,
        "key_id": record.key_id,
        "from": record.origin,
        "action": record.action,
        "subject": record.subject,
        "detail": record.detail,
    }
