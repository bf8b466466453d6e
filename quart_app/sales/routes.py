"""/sales: a till posts a receipt, anyone reads it back."""

from collections.abc import Mapping

from quart import Blueprint, Response, request

from quart_app.clock import Clock
from quart_app.errors import Conflict, Fault, Invalid
from quart_app.sales.document import document
from quart_app.sales.forms import Arrival, ReceiptForm, ShortForm, as_receipt, fingerprint
from quart_app.sales.models import Conflicting, Created, Duplicate, Refused, SalesListing
from quart_app.sales.service import Sales
from quart_app.web.bodies import (
    MAX_JSON_BYTES,
    answer,
    read_bytes,
    read_query,
    sent_headers,
)
from quart_app.web.paging import next_link
from quart_app.wire import Wire

MAX_KEY = 255


def blueprint(sales: Sales, wire: Wire, clock: Clock) -> Blueprint:
    """The routes of sales."""
    blueprint = Blueprint("sales", __name__, url_prefix="/sales")
    read_receipt = wire.decoder(ReceiptForm)
    read_short = wire.decoder(ShortForm)

    @blueprint.post("")
    async def post() -> Response:
        headers = sent_headers()
        body = await read_bytes(headers, "application/json", MAX_JSON_BYTES)
        key = _idempotency_key(headers)
        now = clock.now()
        if b'"product_id"' in body and b'"lines"' not in body:
            short, canonical = wire.decode(read_short, body)
            arrival = Arrival(as_receipt(short, now), fingerprint(canonical), now, key, True)
        else:
            receipt, canonical = wire.decode(read_receipt, body)
            arrival = Arrival(receipt, fingerprint(canonical), now, key)
        match await sales.take(arrival):
            case Created(sale):
                place = f"{request.path}/{sale.receipt_id}"
                return answer(wire, document(sale, wire.currency), 201, {"Location": place})
            case Duplicate(receipt_id):
                sale = await sales.find(receipt_id)
                return answer(
                    wire, document(sale, wire.currency), 200, {"Idempotent-Replayed": "true"}
                )
            case Conflicting(receipt_id):
                raise Conflict(
                    f"receipt {receipt_id} was counted with other content; what was stored stands",
                    code="receipt_conflict",
                )
            case Refused(faults):
                raise Invalid(faults[0].detail, code=faults[0].code, faults=faults)

    @blueprint.get("/<receipt_id>")
    async def read(receipt_id: str) -> Response:
        return answer(wire, document(await sales.find(receipt_id), wire.currency))

    @blueprint.get("")
    async def list_sales() -> Response:
        listing = read_query(wire, SalesListing)
        found = await sales.list(listing)
        reply = answer(wire, [document(sale, wire.currency) for sale in found])
        if len(found) == listing.limit:
            reply.headers["Link"] = next_link(after=found[-1].receipt_id)
        return reply

    return blueprint


def _idempotency_key(headers: Mapping[bytes, bytes]) -> str | None:
    sent = headers.get(b"idempotency-key")
    if sent is None:
        return None
    if sum(name == b"idempotency-key" for name, _ in request.scope["headers"]) > 1:
        detail = "Idempotency-Key was sent twice"
        raise Invalid(detail, faults=[Fault("Idempotency-Key", "repeated_header", detail)])
    key = sent.decode("latin-1")
    if not (1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        detail = f"Idempotency-Key is 1 to {MAX_KEY} printable ASCII characters"
        raise Invalid(detail, faults=[Fault("Idempotency-Key", "wrong_value", detail)])
    return key
