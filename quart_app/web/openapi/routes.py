"""/openapi.json and /docs: the API's description, and the page that shows it."""

from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec
from quart import Blueprint, Response, current_app, request

from quart_app.errors import NotFound
from quart_app.values.money import Currency
from quart_app.web.openapi.describing import Answer, described, not_of_the_api

_HERE = Path(__file__).parent
_FILES = {
    "favicon-32x32.png": "image/png",
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
}
# The page's pictures stand in its style sheet as data.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_AGAIN = "no-cache"
_FOR_GOOD = "public, max-age=31536000, immutable"


def blueprint(currency: Currency) -> Blueprint:
    """The routes of the description."""
    blueprint = Blueprint("openapi", __name__)

    @cache
    def written() -> bytes:
        # Made when it is first asked for, of all the routes that there are by then; the start does
        # not wait for it.
        from quart_app.web.openapi.document import document

        return msgspec.json.encode(document(current_app, currency))

    @blueprint.get("/openapi.json")
    @described(
        headers=("If-None-Match",),
        answers={
            200: Answer("This description.", dict, headers=("ETag",)),
            304: Answer("It has not changed.", headers=("ETag",)),
        },
        is_open=True,
    )
    async def description() -> Response:
        """The description of the API, OpenAPI 3.1."""
        return _file(written(), "application/json", _AGAIN)

    @blueprint.get("/docs")
    @described(
        headers=("If-None-Match",),
        answers={
            200: Answer("The page.", headers=("ETag",), media_types=("text/html",)),
            304: Answer("It has not changed.", headers=("ETag",)),
        },
        is_open=True,
    )
    async def page() -> Response:
        """The description as a page, where each call can be tried out."""
        text = _read("page/index.html").replace(b"{version}", _version().encode())
        reply = _file(text, "text/html; charset=utf-8", _AGAIN)
        reply.headers["Content-Security-Policy"] = _POLICY
        return reply

    @blueprint.get("/docs/start.js")
    @not_of_the_api
    async def start() -> Response:
        return _file(_read("page/start.js"), "text/javascript; charset=utf-8", _AGAIN)

    @blueprint.get("/docs/<version>/<name>")
    @not_of_the_api
    async def file(version: str, name: str) -> Response:
        if version != _version() or name not in _FILES:
            raise NotFound("there is no such file of the page")
        return _file(_read(f"swagger_ui/{name}"), _FILES[name], _FOR_GOOD)

    return blueprint


@cache
def _read(name: str) -> bytes:
    return (_HERE / name).read_bytes()


def _version() -> str:
    return _read("swagger_ui/VERSION").decode().strip()


@cache
def _tag(body: bytes) -> str:
    return sha256(body).hexdigest()[:32]


def _file(body: bytes, content_type: str, kept: str) -> Response:
    """A file, or 304 where the client has it."""
    tag = _tag(body)
    if request.if_none_match.contains_weak(tag):
        reply = Response(b"", 304)
        del reply.headers["Content-Type"]
    else:
        reply = Response(body, 200, content_type=content_type)
    reply.set_etag(tag)
    reply.headers["Cache-Control"] = kept
    return reply
