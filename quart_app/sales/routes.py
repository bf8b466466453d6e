"""/sales: a till posts a receipt, anyone reads it back."""

from collections.abc import Mapping
from contextlib import aclosing

from quart import Blueprint, Response, request

from quart_app.access.acting import acting
from quart_app.clock import Clock
from quart_app.errors import Conflict, Fault, Invalid, ServiceError
from quart_app.sales import examples
from quart_app.sales.document import document, standing
from quart_app.sales.forms import (
    BatchQuestion,
    ReceiptForm,
    ShortForm,
    VoidForm,
    as_receipt,
)
from quart_app.sales.held.models import HeldSale
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
from quart_app.sales.shown import ShownHeld, ShownSale, Waiting
from quart_app.sales.taking.batch import Batches, Report
from quart_app.web.bodies import (
    MAX_JSON_BYTES,
    answer,
    read_bytes,
    read_query,
    sent_headers,
)
from quart_app.web.openapi.describing import Answer, described
from quart_app.web.paging import next_link
from quart_app.web.streams import read_items
from quart_app.wire import Wire

MAX_KEY = 255
_ONE = {"receipt_id": examples.RECEIPT_ID}
_STANDING = (ShownSale, ShownHeld)
_REPLAYED = ("Idempotent-Replayed",)
_RECEIPTS = {
    "type": "array",
    "description": "Receipts (`ReceiptForm`), each judged by itself: a wrong one is `rejected`.",
    "items": {},
}


def blueprint(sales: Sales, batches: Batches, wire: Wire, clock: Clock) -> Blueprint:
    """The routes of sales."""
    blueprint = Blueprint("sales", __name__, url_prefix="/sales")
    arrived = sales.reception.arrived
    read_short = wire.decoder(ShortForm)
    read_void = wire.decoder(VoidForm)

    @blueprint.post("")
    @described(
        headers=("Idempotency-Key",),
        bodies={"application/json": (ReceiptForm, ShortForm)},
        answers={
            201: Answer("It is counted, and on disk.", ShownSale, headers=("Location",)),
            200: Answer("It was counted before, once.", _STANDING, headers=_REPLAYED),
            202: Answer("It is held: kept whole, and not counted yet.", Waiting),
        },
        problems=(409,),
        examples=examples.POSTED,
    )
    async def post() -> Response:
        """Post a receipt, or the short form of one piece sold now.

        Send it again until it is answered: the same receipt is counted once, today or in three
        years. What cannot be counted yet is held and counted by itself later.
        """
        try:
            headers = sent_headers()
            body = await read_bytes(headers, "application/json", MAX_JSON_BYTES)
            key = _idempotency_key(headers)
            now = clock.now()
            if b'"product_id"' in body and b'"lines"' not in body:
                short, canonical = wire.decode_sent(read_short, body)
                form = as_receipt(short, now)
                arrival = arrived(form, canonical, now, key, at_catalogue_price=True)
            else:
                receipt, canonical = sales.reception.read(body)
                arrival = arrived(receipt, canonical, now, key)
            acting().require_store(arrival.form.store_id)
        except ServiceError:
            sales.outcomes.reject()
            raise
        return await _answer(sales, wire, await sales.take(arrival))

    @blueprint.post("/batch")
    @described(
        query=BatchQuestion,
        bodies={
            "application/x-ndjson": {"description": "Receipts (`ReceiptForm`), one a line."},
            "application/json": _RECEIPTS,
        },
        answers={200: Answer("What became of each, and what tills may forget.", Report)},
        examples=examples.SENT_LATER,
    )
    async def post_batch() -> Response:
        """Post many receipts, each by itself.

        Up to 10,000, 16 MiB as sent and 64 MiB unpacked; `Content-Encoding: gzip` is taken.
        `dry_run=true` answers the same and writes nothing.
        """
        question = read_query(wire, BatchQuestion)
        async with aclosing(read_items(sent_headers())) as items:
            return answer(wire, await batches.take(items, is_trial=question.dry_run))

    @blueprint.post("/<receipt_id>/void")
    @described(
        bodies={"application/json": VoidForm},
        is_body_optional=True,
        answers={
            200: Answer("It is voided.", _STANDING, headers=_REPLAYED),
            202: Answer("It is held still, and voided.", ShownHeld, headers=_REPLAYED),
        },
        parameters=_ONE,
        examples=examples.VOIDED,
    )
    async def void(receipt_id: str) -> Response:
        """Cancel a receipt as if it had not been, on its own business date."""
        body = await read_bytes(sent_headers(), "application/json", MAX_JSON_BYTES)
        form = wire.decode(read_void, body) if body else VoidForm()
        sale, was_voided = await sales.void(receipt_id, form.reason)
        return _again(wire, sale) if was_voided else _as_it_stands(wire, sale)

    @blueprint.get("/<receipt_id>")
    @described(answers={200: Answer("As it stands.", _STANDING)}, parameters=_ONE)
    async def read(receipt_id: str) -> Response:
        """A receipt as it was counted, or held with the reasons."""
        return answer(wire, standing(await sales.find(receipt_id), wire))

    @blueprint.get("")
    @described(
        query=SalesListing,
        answers={200: Answer("A page of them.", list[ShownSale], headers=("Link",))},
    )
    async def list_sales() -> Response:
        """The receipts that were counted, newest first."""
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
