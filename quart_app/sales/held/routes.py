"""/held-sales: what cannot be counted yet, why, and what becomes of it."""

from quart import Blueprint, Response

from quart_app.sales.document import held_document
from quart_app.sales.forms import DiscardQuestion
from quart_app.sales.held.models import HeldListing
from quart_app.sales.held.service import HeldSales
from quart_app.sales.shown import ShownHeld
from quart_app.web.bodies import answer, read_query
from quart_app.web.openapi.describing import Answer, described
from quart_app.web.paging import next_link
from quart_app.wire import Wire

_ONE = {"held_id": 1}
_ID = "<id:held_id>"


def blueprint(held_sales: HeldSales, wire: Wire) -> Blueprint:
    """The routes of held receipts."""
    blueprint = Blueprint("held_sales", __name__, url_prefix="/held-sales")

    @blueprint.get("")
    @described(
        query=HeldListing,
        answers={200: Answer("A page of them.", list[ShownHeld], headers=("Link",))},
    )
    async def list_held() -> Response:
        """The receipts that cannot be counted yet, those that came first first."""
        listing = read_query(wire, HeldListing)
        found = await held_sales.list(listing)
        reply = answer(wire, [held_document(held) for held in found])
        if len(found) == listing.limit:
            reply.headers["Link"] = next_link(after=found[-1].id)
        return reply

    @blueprint.get(f"/{_ID}")
    @described(answers={200: Answer("As it stands.", ShownHeld)}, parameters=_ONE)
    async def read(held_id: int) -> Response:
        """A held receipt, whatever became of it."""
        return answer(wire, held_document(await held_sales.find(held_id)))

    @blueprint.post(f"/{_ID}/retry")
    @described(
        answers={200: Answer("As it stands now.", ShownHeld)},
        problems=(409,),
        parameters=_ONE,
    )
    async def retry(held_id: int) -> Response:
        """Judge a held receipt again now.

        There is seldom need: it is counted by itself once the catalogue has what it lacked.
        """
        return answer(wire, held_document(await held_sales.retry(held_id)))

    @blueprint.delete(f"/{_ID}")
    @described(
        query=DiscardQuestion,
        answers={200: Answer("As it stands: discarded, and kept in the record.", ShownHeld)},
        problems=(409,),
        parameters=_ONE | {"reason": "entered by hand instead"},
    )
    async def discard(held_id: int) -> Response:
        """Give a held receipt up, for a reason.

        The record keeps it. The same receipt sent later is judged anew.
        """
        question = read_query(wire, DiscardQuestion)
        await held_sales.discard(held_id, question.reason)
        return answer(wire, held_document(await held_sales.find(held_id)))

    return blueprint
