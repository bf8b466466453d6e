"""/digest: a day in words, as it is sent by e-mail."""

from quart import Blueprint, Response

from quart_app.digest.models import Digest, DigestQuestion
from quart_app.digest.service import Digests
from quart_app.web.bodies import answer, read_query
from quart_app.web.openapi.describing import Answer, described
from quart_app.wire import Wire


def blueprint(digests: Digests, wire: Wire) -> Blueprint:
    """The route of digests."""
    blueprint = Blueprint("digest", __name__, url_prefix="/digest")

    @blueprint.get("")
    @described(query=DigestQuestion, answers={200: Answer("The day in words.", Digest)})
    async def digest() -> Response:
        """A day beside the same weekday a week before, in words: yesterday, unless it is named.

        The message that is sent by e-mail: its subject, its text, and the same as HTML. Of a day
        that is still to come there is none.
        """
        return answer(wire, await digests.asked(read_query(wire, DigestQuestion)))

    return blueprint
