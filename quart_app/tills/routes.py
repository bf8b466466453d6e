"""/tills: what each till sent last, and what it may forget."""

from quart import Blueprint, Response

from quart_app.tills.models import ShownTill, Till, TillListing
from quart_app.tills.service import Tills
from quart_app.values.instant import format_instant
from quart_app.web.bodies import answer, read_query
from quart_app.web.openapi.describing import Answer, described
from quart_app.wire import Wire

_SECOND_US = 1_000_000


def blueprint(tills: Tills, wire: Wire) -> Blueprint:
    """The routes of tills."""
    blueprint = Blueprint("tills", __name__, url_prefix="/tills")

    @blueprint.get("")
    @described(query=TillListing, answers={200: Answer("The tills' series.", list[ShownTill])})
    async def list_tills() -> Response:
        """What each till sent last, what never came, and what it may forget."""
        found = await tills.list(read_query(wire, TillListing))
        return answer(wire, [_document(till) for till in found])

    return blueprint


def _document(till: Till) -> ShownTill:
    return ShownTill(
        store_id=till.store_id,
        till_id=till.till_id,
        series=till.series,
        last_receipt_id=till.last_receipt_id,
        last_occurred_at=format_instant(till.last_occurred_at_us),
        last_received_at=format_instant(till.last_received_at_us),
        clock_skew_s=till.clock_skew_us // _SECOND_US,
        ack_from=till.ack_from,
        ack_through=till.ack_through,
        missing=till.missing,
    )
