"""Who sees pages: whoever is signed in. Everybody else is led to where one signs in."""

from urllib.parse import quote

from quart import Blueprint, Response, g, redirect, request

from quart_app.access.acting import act_as
from quart_app.errors import Unauthorized
from quart_app.people.models import Person
from quart_app.people.service import People
from quart_app.web.access import acting_person, stranger
from quart_app.web.sessions import keep_token, sent_token

OPEN = frozenset(
    f"dashboard.{name}"
    for name in ("asset", "welcome", "found", "sign_in_page", "sign_in", "join_page", "join")
)
"""The pages for those who are not signed in, and what pages are made of."""

_SEE_OTHER = 303


def require_sign_in(blueprint: Blueprint, people: People) -> None:
    """Look at who asks before each page."""

    @blueprint.before_request
    async def known() -> Response | None:
        if recognise(people):
            g.is_first_today = await people.sign_ins.note()
            return None
        if request.endpoint in OPEN:
            return None
        # A stream or a form cannot be led elsewhere; whoever reads it has to know.
        if request.method != "GET" or request.endpoint == "dashboard.follow":
            raise Unauthorized("sign in first", code="sign_in_first")
        asked = request.full_path.rstrip("?")
        return to("/welcome" if people.is_empty else f"/sign-in?next={quote(asked, safe='')}")

    @blueprint.after_request
    async def kept(reply: Response) -> Response:
        """The browser keeps a cookie for as long as it is known here, from today on again."""
        if g.get("is_first_today") and "Set-Cookie" not in reply.headers:
            keep_token(reply, sent_token().decode())
        return reply


def recognise(people: People) -> bool:
    """Act as whoever is signed in, if anybody is; else as nobody who is known."""
    person = people.signed_in(sent_token())
    if person is None:
        act_as(stranger())
        return False
    g.person = person
    act_as(acting_person(person))
    return True


def person() -> Person | None:
    """Who is signed in."""
    found: Person | None = g.get("person")
    return found


def signed_in() -> Person:
    """The same, on a page that is for nobody else; Unauthorized."""
    found = person()
    if found is None:
        raise Unauthorized("sign in first", code="sign_in_first")
    return found


def to(path: str) -> Response:
    """On to another page of this service, whatever was asked for."""
    # Browsers leave tabs and line ends out of an address: "/\t/elsewhere" is another site's.
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    reply: Response = redirect(path if is_own else "/", _SEE_OTHER)  # type: ignore[assignment]
    return reply
