"""The ``import --to URL`` command's work: a file's rows through the API of a running service."""

import http.client
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from threading import local
from urllib.parse import urlsplit

import msgspec

from quart_app.catalogue.models import Imported
from quart_app.errors import Fault, Invalid, ServiceError
from quart_app.importing import GROUP, Loaded, Progress, Tally, opened
from quart_app.sales.forms import ReceiptForm
from quart_app.sales.from_csv import Unreadable, receipts
from quart_app.sales.models import Conflicting, Duplicate, Outcome, Refused
from quart_app.wire import Wire

CONNECTIONS = 8
TIMEOUT_S = 60
TRIES = 30


class Answer(msgspec.Struct):
    """What a service says of a request that it did not take."""

    detail: str = ""
    code: str = ""
    errors: tuple[Fault, ...] = ()


def send(url: str, kind: str, file: Path, wire: Wire, progress: Progress) -> Tally | Loaded:
    """Send a file of stores, products or sales to the service at ``url``."""
    service = Service(url)
    with opened(file, progress) as text:
        if kind == "sales":
            return _send_sales(service, receipts(text, wire), wire)
        status, body = service.post(f"/{kind}/import", "text/csv", "".join(text).encode())
    if status != 200:
        answer = msgspec.json.decode(body, type=Answer)
        raise Invalid(answer.detail, code=answer.code, faults=answer.errors)
    return Loaded(msgspec.json.decode(body, type=Imported))


class Service:
    """A running service; each thread keeps a connection of its own to it."""

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            self._where = (parts.hostname or "", parts.port)
        except ValueError as error:
            raise Invalid(f"{url!r} is not an address: {error}") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Invalid(f"{url!r} is not an address such as http://127.0.0.1:8000")
        self._url = url
        self._path = parts.path.rstrip("/") + "/api/v1"
        self._kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._own = local()

    def post(self, path: str, media_type: str, body: bytes) -> tuple[int, bytes]:
        """Post until it is answered: a lost answer and a 503 are tried again, which is safe."""
        for _ in range(TRIES):
            try:
                connection = self._connection()
                connection.request("POST", self._path + path, body, {"Content-Type": media_type})
                reply = connection.getresponse()
                answer = reply.read()
            except (OSError, http.client.HTTPException):
                self._own.connection = None
                time.sleep(1)
                continue
            if reply.status in (503, 507):
                time.sleep(int(reply.headers.get("Retry-After", "1")))
                continue
            return reply.status, answer
        raise ServiceError(f"{self._url} does not answer", code="unreachable")

    def _connection(self) -> http.client.HTTPConnection:
        if getattr(self._own, "connection", None) is None:
            self._own.connection = self._kind(*self._where, timeout=TIMEOUT_S)
        connection: http.client.HTTPConnection = self._own.connection
        return connection


def _send_sales(service: Service, found: Iterator[ReceiptForm | Unreadable], wire: Wire) -> Tally:
    tally = Tally()

    def send_one(one: ReceiptForm | Unreadable) -> Outcome | Unreadable | None:
        if isinstance(one, Unreadable):
            return one
        status, body = service.post("/sales", "application/json", wire.encode(one))
        receipt_id = one.receipt_id or ""
        if status == 201:
            return None
        if status == 200:
            return Duplicate(receipt_id)
        if status == 409:
            return Conflicting(receipt_id)
        answer = msgspec.json.decode(body, type=Answer)
        return Refused(answer.errors or (Fault(receipt_id, answer.code, answer.detail),))

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        while group := list(islice(found, GROUP)):
            for outcome in pool.map(send_one, group):
                tally.count(outcome)
    return tally
