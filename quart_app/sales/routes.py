"""/sales: a till posts a receipt, anyone reads it back."""

from collections.abc import Mapping

from quart import Blueprint, Response, request

from quart_app.access.acting import acting
from quart_app.clock import Clock
from quart_app.errors import Conflict, Fault, Invalid
from quart_app.sales.batch import Batches
from quart_app.sales.document import document, standing
from quart_app.sales.forms import (
    Arrival,
    BatchQuestion,
    ReceiptForm,
    ShortForm,
    VoidForm,
    as_receipt,
    fingerprint,
)
from quart_app.sales.held_models import HeldSale
from quart_app.sales.models import (
    Conflicting,
    Created,
    Duplicate,
    Held,
    Outcome,
    Sale,
    SalesListing,
)
from quart_app.sales.service import Sales
from quart_app.sales.shown import Waiting
from quart_app.web.bodies import (
    MAX_JSON_BYTES,
    answer,
    read_bytes,
    read_query,
    sent_headers,
)
from quart_app.web.paging import next_link
from quart_app.web.streams import read_items
from quart_app.wire import Wire

MAX_KEY = 255


def blueprint(sales: Sales, batches: Batches, wire: Wire, clock: Clock) -> Blueprint:
    """The routes of sales."""
    blueprint = Blueprint("sales", __name__, url_prefix="/sales")
    read_receipt = wire.decoder(ReceiptForm)
    read_short = wire.decoder(ShortForm)
    read_void = wire.decoder(VoidForm)

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
        acting().require_store(arrival.form.store_id)
        return await _answer(sales, wire, await sales.take(arrival))

    @blueprint.post("/batch")
    async def post_batch() -> Response:
        question = read_query(wire, BatchQuestion)
        items = read_items(sent_headers())
        return answer(wire, await batches.take(items, is_trial=question.dry_run))

    @blueprint.post("/<receipt_id>/void")
    async def void(receipt_id: str) -> Response:
        body = await read_bytes(sent_headers(), "application/json", MAX_JSON_BYTES)
        form = wire.decode(read_void, body)[0] if body else VoidForm()
        sale, was_voided = await sales.void(receipt_id, form.reason)
        return _again(wire, sale) if was_voided else _as_it_stands(wire, sale)

    @blueprint.get("/<receipt_id>")
    async def read(receipt_id: str) -> Response:
        return answer(wire, standing(await sales.find(receipt_id), wire))

    @blueprint.get("")
    async def list_sales() -> Response:
        listing = read_query(wire, SalesListing)
        found = await sales.list(listing)
        reply = answer(wire, [document(sale, wire.currency) for sale in found])
        if len(found) == listing.limit:
            reply.headers["Link"] = next_link(after=found[-1].receipt_id)
        return reply

    return blueprint


async def _answer(sales: Sales, wire: Wire, outcome: Outcome) -> Response:
    match outcome:
        case Created(sale):
            place = f"{request.path}/{sale.receipt_id}"
            return answer(wire, document(sale, wire.currency), 201, {"Location": place})
        case Duplicate(receipt_id):
            return _again(wire, await sales.find(receipt_id))
        case Held(receipt_id, faults):
            waiting = Waiting(receipt_id, "held", faults)
            return answer(wire, waiting, 202, {"Location": f"{request.path}/{receipt_id}"})
        case Conflicting():
            fault = outcome.fault
            raise Conflict(fault.detail, code=fault.code, faults=[fault])
    raise Invalid(outcome.faults[0].detail, code=outcome.faults[0].code, faults=outcome.faults)


def _as_it_stands(wire: Wire, sale: Sale | HeldSale) -> Response:
    return answer(wire, standing(sale, wire), 202 if isinstance(sale, HeldSale) else 200)


def _again(wire: Wire, sale: Sale | HeldSale) -> Response:
    reply = _as_it_stands(wire, sale)
    reply.headers["Idempotent-Replayed"] = "true"
    return reply


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
