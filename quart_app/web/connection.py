"""A shorter way through the framework for what a till does all day: a small body, a small answer.

Quart reads a request in one task, answers it in another and waits for both, so that a client that
hangs up ends its handler, and it ends every answer with an empty part. A receipt is here whole
before its handler is woken, must be counted although its sender has gone, and is answered in one
part; without those tasks a post costs less.
"""

from functools import cache
from typing import Any

from hypercorn.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
from quart import Quart, Response
from quart import Request as QuartRequest
from quart.asgi import ASGIHTTPConnection
from quart.sessions import NullSession, SecureCookieSessionInterface
from quart.typing import ResponseTypes
from quart.utils import encode_headers
from quart.wrappers.base import BaseRequestWebsocket
from quart.wrappers.response import DataBody
from werkzeug.routing import MapAdapter, Rule

from quart_app.clock import stopwatch
from quart_app.observing.requests import NO_ANSWER, Requests
from quart_app.web.large_bodies import FLOW, SteadyBody


class App(Quart):
    """Quart, which finds a route by its path alone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found: dict[tuple[str, str], Rule] = {}

    def create_url_adapter(self, request: BaseRequestWebsocket | None) -> MapAdapter | None:
        """No route has a host of its own: what is asked of Host is asked at the door."""
        if request is None:
            return None
        return _Finder(
            self._found,
            self.url_map,
            server_name="",
            script_name=request.root_path or "/",
            subdomain="",
            url_scheme=request.scheme,
            path_info=request.path,
            default_method=request.method,
        )


class _Finder(MapAdapter):
    """Finds the route of a path, and remembers those that have no parts to be read."""

    def __init__(self, found: dict[tuple[str, str], Rule], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found = found

    def match(self, *args: Any, **kwargs: Any) -> Any:
        """A route with what its path says; as of old where it is asked for in other ways."""
        if args or kwargs != _ITS_RULE:
            return super().match(*args, **kwargs)
        key = self.default_method, self.path_info
        rule = self._found.get(key)
        if rule is not None:
            return rule, {}
        rule, said = super().match(return_rule=True)
        # Of these there are as many as routes, whatever is asked for.
        if not rule.arguments and not said:
            self._found[key] = rule
        return rule, said


_ITS_RULE = {"return_rule": True}


class Request(QuartRequest):
    """A request whose blueprints are looked up once a route and not four times a request."""

    body_class = SteadyBody
    request_id = ""
    """In the log, in the answer's ``X-Request-Id`` and in a problem."""
    key_name = ""
    """The name of the access key that it came with, for the log; never the key."""

    @property
    def blueprints(self) -> list[str]:
        """The names of the blueprint that answers it and of those around that one."""
        return _blueprints(self.blueprint)


@cache
def _blueprints(name: str | None) -> list[str]:
    parts = name.split(".") if name else []
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]


class NoSessions(SecureCookieSessionInterface):
    """The API keeps nothing about who asks from one request to the next."""

    _none = NullSession()

    async def open_session(self, *_: object, **__: object) -> NullSession:
        """The same empty session for all."""
        return self._none


# What a connection's buffers take at once. Longer bodies are read by the route, which counts.
_SMALL_BYTES = 64 << 10


class Connection(ASGIHTTPConnection):
    """One request and its answer."""

    requests: Requests
    """Told of each; see ``connections``."""

    def __init__(self, app: Quart, scope: HTTPScope) -> None:
        super().__init__(app, scope)
        self._headers = dict(scope["headers"])
        self._request_id = ""
        self._status = NO_ANSWER
        self._size: int | None = None

    async def __call__(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answer a request; one whose sender hung up half-way is no request."""
        if not self._is_small_post():
            await super().__call__(receive, send)
            return
        request = self._create_request_from_scope(send)
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            request.body.append(message.get("body", b""))
            more = message.get("more_body", False)
        request.body.set_complete()
        await self.handle_request(request, send)

    def _create_request_from_scope(self, send: ASGISendCallable) -> QuartRequest:
        request = super()._create_request_from_scope(send)
        assert isinstance(request.body, SteadyBody)
        request.body.flow = self.scope.get("state", {}).get(FLOW)
        return request

    def _is_small_post(self) -> bool:
        if self.scope["method"] != "POST":
            return False
        # The server has seen to it that this is a number.
        length = self._headers.get(b"content-length")
        return length is not None and int(length) <= _SMALL_BYTES

    async def handle_request(self, request: QuartRequest, send: ASGISendCallable) -> None:
        """Answer a request, and count and log what it came to."""
        assert isinstance(request, Request)
        begun_ns = stopwatch()
        request.request_id = self.requests.id_of(self._headers.get(b"x-request-id"))
        self._request_id = request.request_id
        try:
            # Limits on the time of answers are those of connections.
            await self._send_response(send, await self.app.handle_request(request))
        finally:
            self.requests.ended(request, self._status, self._size, stopwatch() - begun_ns)

    async def _send_response(self, send: ASGISendCallable, response: ResponseTypes) -> None:
        """Send an answer that is here whole in one part."""
        if not isinstance(response, Response) or not isinstance(response.response, DataBody):
            response.headers["X-Request-Id"] = self._request_id
            await super()._send_response(send, response)
            self._status, self._size = response.status_code, response.content_length
            return
        headers = encode_headers(response.headers)
        headers.append((b"x-request-id", self._request_id.encode("ascii")))
        status, body = response.status_code, response.response.data
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})
        self._status, self._size = status, len(body)


def connections(requests: Requests) -> type[Connection]:
    """The connections of one app, which tell of each request."""
    return type("ObservedConnection", (Connection,), {"requests": requests})
