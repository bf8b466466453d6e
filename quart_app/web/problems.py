"""Errors as RFC 9457 problems: one table gives each its HTTP status."""

import logging
from http import HTTPStatus
from typing import Any

import msgspec
from quart import Quart, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from quart_app import errors
from quart_app.errors import Fault

_log = logging.getLogger(__name__)

# A subclass comes before its base.
STATUS: tuple[tuple[type[errors.ServiceError], HTTPStatus], ...] = (
    (errors.Malformed, HTTPStatus.BAD_REQUEST),
    (errors.Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (errors.Unauthorized, HTTPStatus.UNAUTHORIZED),
    (errors.Forbidden, HTTPStatus.FORBIDDEN),
    (errors.TooManyAttempts, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.NotFound, HTTPStatus.NOT_FOUND),
    (errors.Conflict, HTTPStatus.CONFLICT),
    (errors.TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (errors.UnsupportedMediaType, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (errors.Busy, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.TooSlow, HTTPStatus.SERVICE_UNAVAILABLE),
    (errors.StorageFull, HTTPStatus.INSUFFICIENT_STORAGE),
    (errors.StorageFailed, HTTPStatus.SERVICE_UNAVAILABLE),
)
# The framework's own refusals; the library's phrases change with Python's versions.
_CODES = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_TIMEOUT: "request_timeout",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: errors.TooLarge.code,
}
RETRY_AFTER_S = {
    HTTPStatus.SERVICE_UNAVAILABLE: "1",
    HTTPStatus.INSUFFICIENT_STORAGE: "5",
}


class Problem(msgspec.Struct, omit_defaults=True):
    """What a client is told: the members of RFC 9457, a stable code, and each fault's place."""

    status: int
    title: str
    detail: str
    code: str
    errors: tuple[Fault, ...] = ()
    request_id: str = ""


def answer_problems(app: Quart) -> None:
    """Answer every error of the app as a problem, unknown paths and methods included."""

    @app.errorhandler(errors.ServiceError)
    async def known(error: errors.ServiceError) -> Response:
        return problem(error)

    @app.errorhandler(HTTPException)
    async def of_http(error: HTTPException) -> Response:
        return http_problem(error)

    @app.errorhandler(Exception)
    async def unknown(error: Exception) -> Response:
        _log.exception(
            "an error nobody foresaw", exc_info=error, extra={"request_id": _request_id()}
        )
        return respond(
            Problem(
                status=500,
                title=HTTPStatus.INTERNAL_SERVER_ERROR.phrase,
                detail="an error of the service itself; its log says more",
                code="internal_error",
            )
        )


def http_problem(error: HTTPException) -> Response:
    """A refusal of the framework's own as a response."""
    status = HTTPStatus(error.code or 500)
    answer = respond(
        Problem(
            status=status,
            title=status.phrase,
            detail=str(error.description),
            code=_CODES.get(status, f"http_{status}"),
        )
    )
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


def status_of(error: errors.ServiceError) -> HTTPStatus:
    """The HTTP status of an error of the service."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def problem(error: errors.ServiceError) -> Response:
    """An error of the service as a response."""
    status = status_of(error)
    reply = respond(
        Problem(
            status=status,
            title=status.phrase,
            detail=error.detail,
            code=error.code,
            errors=error.faults,
        )
    )
    if isinstance(error, errors.Unauthorized):
        reply.headers["WWW-Authenticate"] = "Bearer"
    elif isinstance(error, errors.TooManyAttempts):
        reply.headers["Retry-After"] = str(error.retry_after_s)
    return reply


def encoded(body: Problem) -> bytes:
    """A problem as it is sent."""
    return msgspec.json.encode(body)


def respond(body: Problem) -> Response:
    """A problem as a response, with the id of its request."""
    headers: dict[str, Any] = {}
    body.request_id = _request_id()
    if (after := RETRY_AFTER_S.get(HTTPStatus(body.status))) is not None:
        headers["Retry-After"] = after
    return Response(encoded(body), body.status, headers, content_type="application/problem+json")


def _request_id() -> str:
    """The id of the request that is being answered; the service's own requests have one."""
    found: str = getattr(request, "request_id", "")
    return found
