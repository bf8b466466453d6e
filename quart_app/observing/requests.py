"""Every request: its id, and what it came to, counted by route and logged."""

import re
import uuid
from collections.abc import Callable
from typing import Any, Protocol

from quart_app.observing.log import Log, RequestLine, shown_path, shown_query
from quart_app.observing.spread import MILLISECOND_NS, SECOND_NS, Spread

NO_ANSWER = 499
"""Stands for the status of a request whose sender had gone before it was answered."""
# Those who watch the service ask every few seconds: logged where something is wrong.
WATCHING = frozenset({"/healthz", "/readyz", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BOUNDS = (
    *(ms * MILLISECOND_NS for ms in (5, 25, 100, 500)),
    *(seconds * SECOND_NS for seconds in (1, 5, 20)),
)
_well_formed = re.compile(rb"[A-Za-z0-9._:-]{1,64}").fullmatch


class Asked(Protocol):
    """What is looked at of a request."""

    method: str
    request_id: str
    key_name: str
    """The name of the key that it came with, as whoever looks at keys has set it."""

    @property
    def scope(self) -> Any:
        """The request as the server has it."""

    @property
    def url_rule(self) -> Any:
        """The route that it came to, or None."""


class _TurnedAway:
    """A request that no route has looked at."""

    key_name = ""
    url_rule = None

    def __init__(self, method: str, request_id: str, scope: Any) -> None:
        self.method = method
        self.request_id = request_id
        self.scope = scope


class Requests:
    """Counted since the start in plain integers; a scrape makes metrics of them."""

    def __init__(self) -> None:
        self.log: Log | None = None
        self.is_logged = False
        """Whether each request is a line of the log."""
        self.routes: dict[tuple[str, str, int], Spread] = {}
        """Nanoseconds by the route's rule, method and status."""
        self._start = uuid.uuid4().hex[:8]
        self._made = 0

    def id_of(self, sent: bytes | None) -> str:
        """The id that the client sent, where it is 1 to 64 plain characters, or one made here."""
        if sent is not None and _well_formed(sent) is not None:
            return sent.decode("ascii")
        self._made += 1
        return f"{self._start}-{self._made:x}"

    def turned_away(
        self, scope: Any, status: int, body_of: Callable[[str], bytes]
    ) -> tuple[str, bytes]:
        """Count and log a request that did not come as far as a route; its id, and the body."""
        asked = _TurnedAway(
            scope["method"], self.id_of(dict(scope["headers"]).get(b"x-request-id")), scope
        )
        body = body_of(asked.request_id)
        self.ended(asked, status, len(body), 0)
        return asked.request_id, body

    def ended(self, asked: Asked, status: int, size: int | None, took_ns: int) -> None:
        """Count and log a request that was answered with so many bytes, or with NO_ANSWER."""
        rule = asked.url_rule
        name = "unmatched" if rule is None else rule.rule
        method = asked.method if asked.method in _METHODS else "other"
        spread = self.routes.get((name, method, status))
        if spread is None:
            spread = self.routes[name, method, status] = Spread(_BOUNDS)
        spread.add(took_ns)
        if self.log is not None and self.is_logged and (status >= 400 or name not in WATCHING):
            scope = asked.scope
            query = scope["query_string"]
            self.log.request(
                RequestLine(
                    time="",
                    level="info",
                    event="request",
                    request_id=asked.request_id,
                    method=asked.method,
                    path=shown_path(scope["raw_path"]),
                    query=shown_query(query) if query else "",
                    status=status,
                    ms=took_ns // 10_000 / 100,
                    bytes=size,
                    remote=scope["client"][0] if scope["client"] else "",
                    key=asked.key_name,
                )
            )
