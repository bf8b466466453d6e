"""A body of a gigabyte in chunks: refused at its beginning, and never held in memory."""

import select
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from quart_app.dashboard.forms import MAX_FORM_BYTES
from quart_app.web.bodies import MAX_CSV_BYTES, MAX_JSON_BYTES
from quart_app.web.streams import MAX_SENT_BYTES
from tests.faults.conftest import Start
from tests.faults.ledger import Ledger
from tests.faults.load import SALES, deliver
from tests.faults.memory import MIB, forget_peak, peak_bytes, require_memory_figures, resident_bytes
from tests.faults.receipts import receipts
from tests.faults.settling import settle
from tests.faults.table import Row
from tests.service import API, Service, with_catalogue

_EARLY = 32 * MIB
"""Over the route's limit: the service reads on for a while, so that its answer is heard."""
_MEMORY = 20 * MIB
_PIECE = 0x10000
_LINES = (b"x" * 0x3FF + b"\n") * (_PIECE // 0x400)


class Route(NamedTuple):
    """Where a body goes, what it is said to be, and how long one is taken."""

    path: str
    media_type: str
    limit: int
    piece: bytes = b" " * _PIECE


_SALE = Route(SALES, "application/json", MAX_JSON_BYTES)
_IMPORT = Route(f"{API}/products/import", "text/csv", MAX_CSV_BYTES)


@dataclass
class Sending:
    """What became of a body without end."""

    sent_bytes: int = 0
    status: int | None = None


@pytest.mark.fault("a body of 1 GB in chunks")
@pytest.mark.parametrize("route", [_SALE, _IMPORT], ids=["a sale", "an import"])
def test_large_body(route: Route, database: Path, start: Start, row: Row, long: bool) -> None:
    require_memory_figures()
    size = 1_024 * MIB if long else 64 * MIB
    service, ledger = with_catalogue(start(database)), Ledger()
    deliver(service, ledger, islice(receipts("B", seed=13), 200))
    pid = service.process.pid
    before = resident_bytes(pid)
    forget_peak(pid)
    # As fast as can be, the system's own buffers take much before an answer comes; slower, the
    # answer is seen to come early.
    for pause_s in (0, 0, 0.005):
        sending = _send(service, route, size, pause_s)
        row.runs += 1
        assert sending.status in {413, None}, sending
    assert sending.status == 413
    assert sending.sent_bytes < route.limit + _EARLY, sending
    grown = peak_bytes(pid) - before
    refused_at = sending.sent_bytes / MIB
    row.note = f"{route.path}: refused after {refused_at:.1f} MB, memory + {grown / MIB:.1f} MB"
    row.acknowledged = len(ledger.acknowledged)
    assert grown <= _MEMORY, row.note
    settle(service, ledger, row)


@pytest.mark.parametrize(
    "route",
    [
        _IMPORT,
        Route(f"{SALES}/batch", "application/x-ndjson", MAX_SENT_BYTES),
        Route(f"{SALES}/batch", "application/x-ndjson", MAX_SENT_BYTES, _LINES),
        Route(f"{SALES}/batch", "application/json", MAX_SENT_BYTES),
        Route("/sign-in", "application/x-www-form-urlencoded", MAX_FORM_BYTES),
        Route("/sign-in", "multipart/form-data; boundary=x", MAX_FORM_BYTES),
    ],
    ids=["imports", "a line", "lines", "arrays", "forms", "forms with files"],
)
def test_large_bodies_at_once(route: Route, database: Path, start: Start) -> None:
    """Eight clients, as fast as they can: batches came to 180 MB so, and forms to 280 MB."""
    require_memory_figures()
    service, ledger = with_catalogue(start(database)), Ledger()
    deliver(service, ledger, islice(receipts("B", seed=13), 200))
    pid = service.process.pid
    before = resident_bytes(pid)
    forget_peak(pid)
    with ThreadPoolExecutor(8) as clients:
        sent = list(clients.map(lambda _: _send(service, route, 64 * MIB, 0), range(8)))
    assert {one.status for one in sent} <= {413, 415, 503, None}
    assert {one.status for one in sent} & {413, 415}
    assert all(one.sent_bytes < route.limit + _EARLY for one in sent)
    assert peak_bytes(pid) - before <= _MEMORY
    assert service.get("/stores").status_code == 200


def _send(service: Service, route: Route, size: int, pause_s: float) -> Sending:
    """Send until an answer comes or the connection is closed; never more than ``size``."""
    url = urlsplit(service.url)
    chunk = f"{_PIECE:x}\r\n".encode() + route.piece + b"\r\n"
    head = (
        f"POST {route.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {route.media_type}\r\n"
        "Origin: http://localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    sending = Sending()
    with socket.create_connection((url.hostname, url.port), timeout=60) as connection:
        try:
            connection.sendall(head.encode())
            while sending.sent_bytes < size:
                if select.select([connection], [], [], pause_s)[0]:
                    break
                connection.sendall(chunk)
                sending.sent_bytes += _PIECE
            else:
                connection.sendall(b"0\r\n\r\n")
            answer = connection.recv(65_536)
        except (ConnectionResetError, BrokenPipeError):
            # Closed while we sent: refused as well, though the answer was lost on the way.
            return sending
    if answer:
        sending.status = int(answer.split(b" ", 2)[1])
    return sending


def test_memory_that_grows_is_seen() -> None:
    """The control: a process that takes 64 MB and gives them back is seen to have had them."""
    require_memory_figures()
    script = (
        "import sys; print(flush=True); sys.stdin.readline(); b = bytearray(b'x' * (64 << 20));"
        "del b; print(flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        before = resident_bytes(process.pid)
        forget_peak(process.pid)
        process.stdin.write("\n")
        process.stdin.flush()
        process.stdout.readline()
        assert peak_bytes(process.pid) - before > _MEMORY
        process.stdin.write("\n")
        process.stdin.close()
        process.wait(10)


def test_a_body_within_the_limit_is_read_to_its_end(database: Path, start: Start) -> None:
    """The control: the same sender is heard to the end where it sends less."""
    service = with_catalogue(start(database))
    sending = _send(service, _SALE, MAX_JSON_BYTES // 2, 0)
    assert sending == Sending(MAX_JSON_BYTES // 2, 400)
    assert service.stop()[0] == 0
