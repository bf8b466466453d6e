"""Whom a browser may bring in: this site's own pages, and those of sites that are named.

A till or a script says nothing of where it comes from and passes. A browser says it with each
write (Origin, Sec-Fetch-Site; https://fetch.spec.whatwg.org), and cannot be made to keep it quiet.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, Scope

from quart_app.values.sites import Hostnames, Origins, authority_of
from quart_app.web.plain import Headers
from quart_app.web.refusals import Refusal, error_headers

App = Callable[[Any, Any, Any], Awaitable[None]]

_READS = frozenset(("GET", "HEAD", "OPTIONS"))
_OWN_SITE = (None, b"same-origin", b"none")
_MOST_HOSTS = 1_000
_CROSS_SITE = Refusal(
    HTTPStatus.FORBIDDEN,
    "cross_site",
    "a page of another site may not write here; name its origin in SALES_CORS_ORIGINS to let it",
)
_UNKNOWN_HOST = Refusal(
    HTTPStatus.MISDIRECTED_REQUEST,
    "unknown_host",
    "the service does not know itself by this Host; name it in SALES_HOSTNAMES",
)
_PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE"),
    (
        b"access-control-allow-headers",
        b"Authorization, Content-Type, Content-Encoding, Idempotency-Key, If-None-Match",
    ),
    (b"access-control-max-age", b"600"),
    (b"content-length", b"0"),
]
_EXPOSED = (
    b"access-control-expose-headers",
    b"ETag, Link, Location, Retry-After, Idempotent-Replayed, Content-Disposition",
)
_VARY = (b"vary", b"Origin")


class Door:
    """What stands before the app."""

    def __init__(
        self,
        hostnames: Hostnames,
        cors_origins: Origins,
        *,
        is_open: Callable[[], bool],
        turned_away: Callable[[Scope, int, Callable[[str], bytes]], tuple[str, bytes]],
    ) -> None:
        # Counts and logs a request that does not come in, and gives it an id.
        self._turned_away = turned_away
        # While nobody needs a key, reaching the service is all it takes: every Host is looked at.
        # Where keys are needed any Host is taken, unless the names are set.
        self._is_open = is_open
        self._names = frozenset(_without_port(name) for name in hostnames)
        self._own = frozenset(name.removesuffix(":443").removesuffix(":80") for name in hostnames)
        self._cors = frozenset(origin.encode() for origin in cors_origins)
        self._known_hosts: set[bytes] = set()

    def before(self, app: App) -> App:
        """The app with the door before it."""

        async def guarded(
            scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
        ) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            headers = dict(scope["headers"])
            method = scope["method"]
            refusal = self._look(method, headers)
            if refusal is not None:
                request_id, body = self._turned_away(scope, refusal.status, refusal.body)
                known_by = (b"x-request-id", request_id.encode())
                headers_sent = [*error_headers(refusal, body), known_by]
                await _answer(send, refusal.status, headers_sent, body)
            elif not self._cors:
                await app(scope, receive, send)
            elif method == "OPTIONS" and b"access-control-request-method" in headers:
                await _answer(send, HTTPStatus.NO_CONTENT, self._preflight(headers), b"")
            else:
                await app(scope, receive, self._saying(send, headers.get(b"origin")))

        return guarded

    def _look(self, method: str, headers: Mapping[bytes, bytes]) -> Refusal | None:
        host = headers.get(b"host", b"")
        if host not in self._known_hosts and not self._is_known(host):
            return _UNKNOWN_HOST
        if method in _READS:
            return None
        origin = headers.get(b"origin")
        site = headers.get(b"sec-fetch-site")
        if origin is None:
            return None if site in _OWN_SITE else _CROSS_SITE
        if origin in self._cors or (site in _OWN_SITE and self._is_own(origin, host)):
            return None
        return _CROSS_SITE

    def _is_known(self, host: bytes) -> bool:
        """Whether a page that was sent under this Host can only have come from here.

        A name that is not ours may be anybody's, led here by its owner (DNS rebinding). An address
        cannot be led elsewhere, and a request without Host comes from no browser.
        """
        name = _without_port(host.decode("latin-1").lower())
        if not name or name in self._names or _is_fixed(name):
            if len(self._known_hosts) < _MOST_HOSTS:
                self._known_hosts.add(host)
            return True
        return not self._is_open() and not self._names

    def _is_own(self, origin: bytes, host: bytes) -> bool:
        """Whether it is the origin the client called, or one the service is known by.

        Schemes are not compared: a proxy before the service ends TLS, and passes Host on or not.
        """
        sent = origin.decode("latin-1")
        authority = authority_of(sent)
        if authority is None:
            return False
        own = authority_of(sent.partition("://")[0] + "://" + host.decode("latin-1").lower())
        return authority == own or authority in self._own

    def _preflight(self, headers: Mapping[bytes, bytes]) -> Headers:
        origin = headers.get(b"origin", b"")
        if origin not in self._cors:
            return [_VARY, (b"content-length", b"0")]
        return [(b"access-control-allow-origin", origin), _VARY, *_PREFLIGHT]

    def _saying(self, send: ASGISendCallable, origin: bytes | None) -> ASGISendCallable:
        """Send, with what lets the origin's pages read the answer, if they may."""
        said = [_VARY]
        if origin in self._cors and origin is not None:
            said += [(b"access-control-allow-origin", origin), _EXPOSED]

        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = message | {"headers": [*message["headers"], *said]}
            await send(message)

        return sending


async def _answer(
    send: ASGISendCallable, status: HTTPStatus, headers: Headers, body: bytes
) -> None:
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


def _is_fixed(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
