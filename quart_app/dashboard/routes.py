"""The pages: today's, its live stream, and the files they are made of."""

import asyncio
import gzip
from http import HTTPStatus
from urllib.parse import urlencode

import msgspec
from quart import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from quart_app.dashboard.account.entrance import Page
from quart_app.dashboard.account.entrance_routes import add_entrance
from quart_app.dashboard.account.routes import add_account
from quart_app.dashboard.account.signing_in import person, recognise, require_sign_in
from quart_app.dashboard.assets import by_address
from quart_app.dashboard.boxes.routes import add_boxes
from quart_app.dashboard.catalogue.routes import add_catalogue
from quart_app.dashboard.navigation import entries_for
from quart_app.dashboard.notes.routes import add_notes
from quart_app.dashboard.pages import Pages
from quart_app.dashboard.report.receipt_routes import add_receipts
from quart_app.dashboard.report.routes import add_reports
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.today.live import Live
from quart_app.dashboard.viewer import LANGUAGE_COOKIE, LANGUAGES, asked_language, viewer
from quart_app.errors import NotFound, ServiceError, Unauthorized
from quart_app.values.calendar import Day
from quart_app.web.bodies import read_query
from quart_app.web.problems import http_problem, problem, status_of
from quart_app.web.sessions import sent_token

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)
_YEAR_S = 31_536_000
_PACKED_FROM_BYTES = 1_024
# One that carries a table is packed as far as it can be; tills are not kept waiting for it.
_PACKED_UP_TO_BYTES = 256 << 10


class TodayQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another day than today, and the language from now on."""

    day: Day | None = None
    lang: str | None = None


def blueprint(sources: Sources, pages: Pages, live: Live) -> Blueprint:
    """The routes of pages."""
    blueprint = Blueprint("dashboard", __name__)
    figures, wire = sources.today, sources.wire

    def page(name: str, language: str, **values: object) -> Response:
        links = {rule.rule for rule in current_app.url_map.iter_rules()}
        return _html(
            pages.page(
                name,
                language,
                links=links,
                here=request.path,
                address_in=_address_in,
                person=person(),
                navigation=entries_for(person()),
                **values,
            )
        )

    @blueprint.get("/")
    async def today() -> Response:
        who = viewer()
        question = read_query(wire, TodayQuestion)
        begun = await figures.beginnings()
        if not begun.are_made:
            return page("first", who.language, begun=begun, base=request.url_root.rstrip("/"))
        found = await figures.of(who.store_ids, question.day)
        parts = pages.fragments(who.language, found)
        return page("today", who.language, today=found, parts=parts)

    @blueprint.get("/live")
    async def follow() -> Response:
        who = viewer()
        live.require_room()
        ending = current_app.shutdown_event
        assert isinstance(ending, asyncio.Event)
        token, stores = sent_token(), who.stores

        def may_see() -> bool:
            found = sources.people.signed_in(token)
            return found is not None and found.stores == stores

        events = live.stream(who.store_ids, who.language, ending, may_see)
        reply = Response(
            events,
            headers={"X-Accel-Buffering": "no"},
            content_type="text/event-stream",
        )
        reply.timeout = None
        return reply

    require_sign_in(blueprint, sources.people)
    add_reports(blueprint, sources, pages, page)
    add_receipts(blueprint, sources, pages, page)
    add_notes(blueprint, page, sources)
    add_entrance(blueprint, page, sources)
    add_account(blueprint, page, sources)
    add_catalogue(blueprint, page, sources)
    add_boxes(blueprint, page, pages, sources)
    blueprint.get("/assets/<name>")(asset)
    blueprint.after_request(guard)

    _tell_refusals(blueprint, page, sources)
    return blueprint


def _tell_refusals(blueprint: Blueprint, page: Page, sources: Sources) -> None:
    """Answer what is refused, and addresses that are none, by a page where one is read."""

    @blueprint.app_errorhandler(HTTPStatus.NOT_FOUND)
    async def lost(error: HTTPException) -> Response:
        # Programs ask below /api, or for no page; whoever reads is led back.
        asks_for = request.accept_mimetypes.values()
        if request.path.startswith("/api/") or "text/html" not in asks_for:
            return http_problem(error)
        recognise(sources.people)
        return await guard(await refused(NotFound(str(error.description))))

    @blueprint.errorhandler(ServiceError)
    async def refused(error: ServiceError) -> Response:
        # A stream is read by a script.
        if request.endpoint == "dashboard.follow":
            return problem(error)
        reply = page("refused", asked_language(), status=status_of(error), error=error)
        reply.status_code = status_of(error)
        if isinstance(error, Unauthorized):
            # HTTP wants one to be named; browsers ask nobody for this one.
            reply.headers["WWW-Authenticate"] = "Bearer"
        return reply


async def asset(name: str) -> Response:
    """A file under its hash, for a year."""
    found = by_address().get(name)
    if found is None:
        raise NotFound(f"there is no file {name[:40]!r}")
    headers = {"Cache-Control": f"public, max-age={_YEAR_S}, immutable"}
    body = found.body
    if found.packed is not None:
        headers["Vary"] = "Accept-Encoding"
        if _takes_gzip():
            headers["Content-Encoding"] = "gzip"
            body = found.packed
    return Response(body, headers=headers, content_type=found.content_type)


async def guard(reply: Response) -> Response:
    """What every answer of these routes says to the browser; a language asked for is kept."""
    reply.headers["Content-Security-Policy"] = POLICY
    asked = request.args.get("lang")
    if asked in LANGUAGES and reply.mimetype == "text/html":
        reply.set_cookie(
            LANGUAGE_COOKIE,
            asked,
            max_age=_YEAR_S,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure,
        )
    return reply


def _address_in(language: str) -> str:
    """This page in another language."""
    query = [(name, text) for name, text in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*query, ('lang', language)])}"


def _html(text: str) -> Response:
    """A page, packed where the browser takes that."""
    body = text.encode()
    headers = {"Vary": "Accept-Encoding, Accept-Language, Cookie"}
    if _takes_gzip() and _PACKED_FROM_BYTES <= len(body) <= _PACKED_UP_TO_BYTES:
        body = gzip.compress(body, 5, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(body, headers=headers, content_type="text/html; charset=utf-8")


def _takes_gzip() -> bool:
    return request.accept_encodings.best_match(["gzip"]) is not None
