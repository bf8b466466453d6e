"""The ``import --to URL`` command's work: a file's rows through the API of a running service."""

import http.client
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from quart_app.asking import for_commands, with_key
from quart_app.catalogue.models import Imported
from quart_app.errors import Fault, Invalid, ServiceError
from quart_app.importing import GROUP, Loaded, Progress, Tally, opened
from quart_app.sales.forms import ReceiptForm
from quart_app.sales.from_csv import Unreadable, receipts
from quart_app.sales.models import Conflicting, Duplicate, Held, Outcome, Refused
from quart_app.sales.taking.batch import Report, Result
from quart_app.wire import Wire

TIMEOUT_S = 60
TRIES = 30


class Answer(msgspec.Struct):
    """What a service says of a request that it did not take."""

    detail: str = ""
    code: str = ""
    errors: tuple[Fault, ...] = ()


def send(
    url: str, key: str, kind: str, file: Path, wire: Wire, progress: Progress
) -> Tally | Loaded:
    """Send a file of stores, products or sales to the service at ``url``."""
    service = Service(url, key)
    with opened(file, progress) as text:
        if kind == "sales":
            return _send_sales(service, receipts(text, wire), wire)
        status, body = service.post(f"/{kind}/import", "text/csv", "".join(text).encode())
    if status != 200:
        raise _refusal(status, body)
    return Loaded(msgspec.json.decode(body, type=Imported))


class Service:
    """A running service, and the connection to it."""

    def __init__(self, url: str, key: str = "") -> None:
        try:
            parts = urlsplit(url)
            self._where = (parts.hostname or "", parts.port)
        except ValueError as error:
            raise Invalid(f"{url!r} is not an address: {error}") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Invalid(f"{url!r} is not an address such as http://127.0.0.1:8000")
        self._url = url
        self._key = with_key(key)
        self._path = parts.path.rstrip("/") + "/api/v1"
        self._kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._open: http.client.HTTPConnection | None = None

    def post(self, path: str, media_type: str, body: bytes) -> tuple[int, bytes]:
        """Post until it is answered: a lost answer and a 503 are tried again, which is safe."""
        for _ in range(TRIES):
            try:
                connection = self._connection()
                headers = {"Content-Type": media_type} | self._key
                connection.request("POST", self._path + path, body, headers)
                reply = connection.getresponse()
                answer = reply.read()
            except (OSError, http.client.HTTPException):
                self._open = None
                time.sleep(1)
                continue
            if reply.status in (503, 507):
                time.sleep(int(reply.headers.get("Retry-After", "1")))
                continue
            return reply.status, answer
        raise ServiceError(f"{self._url} does not answer", code="unreachable")

    def _connection(self) -> http.client.HTTPConnection:
        if self._open is None:
            self._open = self._kind(*self._where, timeout=TIMEOUT_S)
        return self._open


def _send_sales(service: Service, found: Iterator[ReceiptForm | Unreadable], wire: Wire) -> Tally:
    tally = Tally()
    while group := list(islice(found, GROUP)):
        forms = [one for one in group if isinstance(one, ReceiptForm)]
        lines = b"\n".join(wire.encode(form) for form in forms)
        status, body = service.post("/sales/batch", "application/x-ndjson", lines)
        if status != 200:
            raise _refusal(status, body)
        for result in msgspec.json.decode(body, type=Report).results:
            tally.count(_outcome(result))
        for one in group:
            if isinstance(one, Unreadable):
                tally.count(one)
    return tally


def _refusal(status: int, body: bytes) -> Invalid:
    answer = msgspec.json.decode(body, type=Answer)
    return Invalid(for_commands(answer.detail, status), code=answer.code, faults=answer.errors)


def _outcome(result: Result) -> Outcome | None:
    receipt_id = result.receipt_id or ""
    match result.status:
        case "created":
            return None
        case "duplicate":
            return Duplicate(receipt_id)
        case "held":
            return Held(receipt_id, result.errors)
        case "conflict":
            return Conflicting(receipt_id)
    return Refused(result.errors)
