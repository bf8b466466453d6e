"""/healthz, /readyz and /metrics: for proxies, and for those who watch the service."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

import msgspec
from quart import Blueprint, Response, request

from quart_app.errors import ServiceError
from quart_app.observing.readiness import Check, Readiness
from quart_app.observing.watch import Watch
from quart_app.web.bodies import answer
from quart_app.web.openapi.describing import Answer, described
from quart_app.web.problems import Problem, respond
from quart_app.wire import Wire

if TYPE_CHECKING:
    from quart_app.observing.metrics import Metrics

_READING_S = 1
_PROBLEM = "application/problem+json"
_METRICS = ("text/plain", "application/openmetrics-text")
_FRESH = {"Cache-Control": "no-store"}
_log = logging.getLogger(__name__)


class Ready(msgspec.Struct, frozen=True):
    """That the service can write, and what was looked at."""

    status: Literal["ready"]
    checks: list[Check]


class NotReady(Problem):
    """Why the service cannot write: the checks that failed, and the others."""

    checks: tuple[Check, ...] = ()


def blueprint(readiness: Readiness, watch: Watch, wire: Wire) -> Blueprint:
    """The routes beside the API."""
    blueprint = Blueprint("observing", __name__)

    @cache
    def metrics() -> "Metrics":
        # Nobody who is not scraped pays for the library.
        from quart_app.observing.metrics import Metrics

        return Metrics(watch)

    @blueprint.get("/healthz")
    @described(answers={200: Answer("It is alive.", dict[str, str])}, is_open=True)
    async def alive() -> Response:
        """Is the service alive?"""
        return answer(wire, {"status": "alive"}, headers=_FRESH)

    @blueprint.get("/readyz")
    @described(
        answers={
            200: Answer("It can write.", Ready),
            503: Answer("It cannot; the checks say why.", media_types=(_PROBLEM,)),
        },
        is_open=True,
    )
    async def ready() -> Response:
        """Can the service write?"""
        checks = await readiness.checks()
        failed = [check for check in checks if check.verdict == "failed"]
        if not failed:
            return answer(wire, Ready("ready", checks), headers=_FRESH)
        status = HTTPStatus.SERVICE_UNAVAILABLE
        reply = respond(
            NotReady(
                status=status,
                title=status.phrase,
                detail="; ".join(f"{check.check}: {check.detail}" for check in failed),
                code="not_ready",
                checks=tuple(checks),
            )
        )
        reply.headers.update(_FRESH)
        return reply

    @blueprint.get("/metrics")
    @described(answers={200: Answer("Figures for Prometheus.", media_types=_METRICS)})
    async def show_metrics() -> Response:
        """Figures of the service's own work, for Prometheus."""
        held, silent = await asyncio.gather(
            _in_time(watch.held_sales.count), _in_time(watch.reports.silent_today)
        )
        accepted = request.headers.get("Accept", "")
        body, media_type = metrics().written(accepted, held=held, silent_tills=silent)
        return Response(body, 200, _FRESH, content_type=media_type)

    return blueprint


async def _in_time(ask: Callable[[], Awaitable[int]]) -> int | None:
    """What a reader says, or None: a scrape does not wait for busy readers."""
    try:
        async with asyncio.timeout(_READING_S):
            return await ask()
    except (TimeoutError, ServiceError) as error:
        _log.warning("a figure is missing from the metrics: %r", error)
        return None
