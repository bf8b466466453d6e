"""Tries to get in: wrong ones are counted, by the address they came from."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from quart import Response

from quart_app.dashboard.account.signing_in import to
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import asked_language
from quart_app.errors import ServiceError
from quart_app.web.origins import origin
from quart_app.web.problems import status_of
from quart_app.web.sessions import keep_token, sent_token

Page = Callable[..., Response]


async def tried(page: Page, name: str, work: Awaitable[Response], **values: object) -> Response:
    """What came of a form; the page again with the reason where it was refused."""
    try:
        return await work
    except ServiceError as error:
        reply = page(name, asked_language(), error=error, **values)
        reply.status_code = status_of(error)
        return reply


def guessing(sources: Sources) -> AbstractAsyncContextManager[None]:
    """A try that may be one of many; TooManyAttempts for one too many from an address."""
    return sources.attempts.trying(origin(), "sign-ins")


async def let_in(sources: Sources, email: str, password: str, path: str) -> Response:
    """Sign somebody in, and on to a page; Unauthorized.

    The token that the browser had before is never the one that is good from now on.
    """
    token = await sources.people.sign_in(email, password)
    await sources.people.sign_ins.end(sent_token())
    reply = to(path)
    keep_token(reply, token)
    return reply
