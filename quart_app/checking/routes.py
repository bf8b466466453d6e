"""/check: does every figure add up from the receipts?"""

from quart import Blueprint, Response

from quart_app.checking.models import Findings
from quart_app.checking.service import Checking
from quart_app.web.bodies import answer
from quart_app.web.openapi.describing import Answer, described
from quart_app.wire import Wire


def blueprint(checking: Checking, wire: Wire) -> Blueprint:
    """The route of the check."""
    blueprint = Blueprint("checking", __name__, url_prefix="/check")

    @blueprint.get("")
    @described(answers={200: Answer("What was found; no difference where all is well.", Findings)})
    async def check() -> Response:
        """Does every figure add up from the receipts?

        Every kept total is worked out again; of a long history that takes its time.
        """
        return answer(wire, await checking.check())

    return blueprint
