"""/held-sales: what cannot be counted yet, why, and what becomes of it."""

from quart import Blueprint, Response

from quart_app.sales.document import held_document
from quart_app.sales.forms import DiscardQuestion
from quart_app.sales.held_models import HeldListing
from quart_app.sales.holding import HeldSales
from quart_app.web.bodies import answer, read_query
from quart_app.web.paging import next_link
from quart_app.wire import Wire

_ID = "<int(min=1, max=9007199254740991):held_id>"


def blueprint(held_sales: HeldSales, wire: Wire) -> Blueprint:
    """The routes of held receipts."""
    blueprint = Blueprint("held_sales", __name__, url_prefix="/held-sales")

    @blueprint.get("")
    async def list_held() -> Response:
        listing = read_query(wire, HeldListing)
        found = await held_sales.list(listing)
        reply = answer(wire, [held_document(held) for held in found])
        if len(found) == listing.limit:
            reply.headers["Link"] = next_link(after=found[-1].id)
        return reply

    @blueprint.get(f"/{_ID}")
    async def read(held_id: int) -> Response:
        return answer(wire, held_document(await held_sales.find(held_id)))

    @blueprint.post(f"/{_ID}/retry")
    async def retry(held_id: int) -> Response:
        return answer(wire, held_document(await held_sales.retry(held_id)))

    @blueprint.delete(f"/{_ID}")
    async def discard(held_id: int) -> Response:
        question = read_query(wire, DiscardQuestion)
        await held_sales.discard(held_id, question.reason)
        return answer(wire, held_document(await held_sales.find(held_id)))

    return blueprint
