"""/check: does every figure add up from the receipts?"""

from quart import Blueprint, Response

from quart_app.checking.service import Checking
from quart_app.web.bodies import answer
from quart_app.wire import Wire


def blueprint(checking: Checking, wire: Wire) -> Blueprint:
    """The route of the check."""
    blueprint = Blueprint("checking", __name__, url_prefix="/check")

    @blueprint.get("")
    async def check() -> Response:
        return answer(wire, await checking.check())

    return blueprint
