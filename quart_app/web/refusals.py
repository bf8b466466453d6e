"""What a client is told whose request does not reach the app, or gets no answer from it."""

from http import HTTPStatus
from typing import NamedTuple

from quart_app.web.limits import MAX_HEAD_BYTES, MAX_HEADERS
from quart_app.web.plain import Headers
from quart_app.web.problems import Problem, encoded
from quart_app.web.strict_headers import strict_lines


class Refusal(NamedTuple):
    """What a client is told before its request, or the rest of it, is looked at."""

    status: HTTPStatus
    code: str
    detail: str

    def body(self, request_id: str = "") -> bytes:
        """The problem as JSON."""
        problem = Problem(
            self.status, self.status.phrase, self.detail, self.code, request_id=request_id
        )
        return encoded(problem)


STOPPING = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE, "stopping", "the service is stopping; send it again"
)
LATE_BODY = Refusal(
    HTTPStatus.REQUEST_TIMEOUT, "request_timeout", "the body came too slowly; send it again"
)
CROWDED = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "too_many_connections",
    "too many connections at once, from this address or in all; keep fewer open, or set "
    "SALES_CONNECTIONS_PER_CLIENT or SALES_CONNECTIONS",
)
BROKEN = Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "the service's log says more")
AMBIGUOUS = Refusal(
    HTTPStatus.BAD_REQUEST,
    "ambiguous",
    "the body's length was stated twice: send Content-Length or Transfer-Encoding, one of them",
)
TARGET = Refusal(
    HTTPStatus.BAD_REQUEST, "bad_request", "send a path that begins with /; this is no proxy"
)
VERSION = Refusal(
    HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "http_version", "send HTTP/1.1 or HTTP/1.0"
)
LONG_HEAD = Refusal(
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "headers_too_large",
    f"over {MAX_HEAD_BYTES:,} bytes or {MAX_HEADERS} headers before the body",
)
BY_STATUS = {
    431: LONG_HEAD,
    501: Refusal(
        HTTPStatus.NOT_IMPLEMENTED, "transfer_encoding", "of Transfer-Encodings only chunked"
    ),
}
BROKEN_HTTP = Refusal(HTTPStatus.BAD_REQUEST, "bad_request", "this is no whole HTTP/1.1 request")


def error_headers(refusal: Refusal, body: bytes) -> Headers:
    """The headers of a refusal that ends its connection."""
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", b"1"))
    return headers


def whole_answer(refusal: Refusal) -> bytes:
    """A refusal as it goes to a connection that is not read at all."""
    body = refusal.body()
    headers = error_headers(refusal, body)
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    return b"HTTP/1.1 %d \r\n" % refusal.status + lines + strict_lines(headers) + b"\r\n" + body
