"""Bodies that do not come, answers that are not read: nobody waits for them, least at the end."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from socket import SO_RCVBUF, SOL_SOCKET, socket
from urllib.parse import urlsplit

import pytest

from tests.faults.conftest import Start
from tests.faults.load import SALES, request
from tests.faults.table import Row
from tests.raw import connected, hear, is_closed
from tests.service import API, Service, receipt, with_catalogue

_HALVES = (
    request(b'{"store_id": 1, ', length=500),
    request(b'{"store_id": 1, ', length=500_000),
    request(b"{", content_type="application/x-ndjson", target=f"{SALES}/batch", length=9_000),
    request(b"id,", content_type="text/csv", target=f"{API}/products/import", length=9_000),
    b"POST " + SALES.encode() + b" HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/json\r\n\r\n5\r\n{",
)
_EACH = 20
_GRACEFUL_S = 10


@pytest.mark.fault("half-sent bodies at SIGTERM")
def test_half_bodies_hold_nothing_up(database: Path, start: Start, row: Row) -> None:
    service = with_catalogue(start(database, graceful_timeout_s=str(_GRACEFUL_S)))
    with ExitStack() as stack:
        held = [stack.enter_context(connected(service)) for _ in range(_EACH * len(_HALVES))]
        for number, connection in enumerate(held):
            connection.sendall(_HALVES[number % len(_HALVES)])
        time.sleep(0.5)
        begun = time.monotonic()
        with ThreadPoolExecutor(1) as pool:
            stopping = pool.submit(service.stop)
            answers = [hear(connection) for connection in held]
            assert {answer.problem["code"] for answer in answers} == {"stopping"}
            assert {answer.headers["retry-after"] for answer in answers} == {"1"}
            assert all(is_closed(connection) for connection in held)
            status, said = stopping.result()
    took_s = time.monotonic() - begun
    row.runs, row.note = len(held), f"ended in {took_s:.1f} s of {_GRACEFUL_S}"
    assert status == 0, said
    assert "Traceback" not in said, said
    assert "cut off" not in said, said
    assert took_s < _GRACEFUL_S / 2, row.note


def test_a_body_that_comes_is_waited_for(database: Path, start: Start) -> None:
    """The control: slow, but on its way when the service is told to stop."""
    service = with_catalogue(start(database, graceful_timeout_s=str(_GRACEFUL_S)))
    body = receipt("slow-1", cashier_id="c" * 60)
    raw = request(_padded(body, 6_000))
    with connected(service) as connection, ThreadPoolExecutor(1) as pool:
        stopping = None
        for begin in range(0, len(raw), 200):
            connection.sendall(raw[begin : begin + 200])
            time.sleep(0.08)
            if begin == 1_000:
                stopping = pool.submit(service.stop)
        assert hear(connection).status == 201
        assert stopping is not None
        assert stopping.result()[0] == 0


def test_what_the_app_does_not_end_in_time_is_a_problem(database: Path, start: Start) -> None:
    """A body that comes for longer than the graceful time is cut off with a word."""
    service = with_catalogue(start(database, graceful_timeout_s="1"))
    raw = request(_padded(receipt("slow-2"), 60_000))
    with connected(service) as connection, ThreadPoolExecutor(1) as pool:
        connection.sendall(raw[:2_000])
        time.sleep(0.2)
        stopping = pool.submit(service.stop)
        try:
            for begin in range(2_000, len(raw), 200):
                connection.sendall(raw[begin : begin + 200])
                time.sleep(0.08)
        except (BrokenPipeError, ConnectionResetError):
            # Cut off meanwhile.
            begin = 0
        assert begin == 0
        status, said = stopping.result()
    assert status == 0, said
    assert "cut off" in said, said
    assert "Traceback" not in said, said


def _padded(body: dict[str, object], size: int) -> bytes:
    import json

    return json.dumps(body).encode().ljust(size)


@pytest.mark.fault("clients that stop half-way")
def test_who_stops_half_way_is_let_go(database: Path, start: Start, row: Row, long: bool) -> None:
    """A head, a body, and an answer that is not read: each has its time, and its end."""
    if not long:
        pytest.skip("not run: takes a minute (--long)")
    service = with_catalogue(start(database))
    products = [{"id": n, "name": "n" * 190, "price": "1.00"} for n in range(100, 40_000)]
    lines = "id,name,price\n" + "\n".join(f"{p['id']},{p['name']},1.00" for p in products)
    done = service.post(
        "/products/import",
        content=lines[: 7 << 20].rpartition("\n")[0],
        headers={"Content-Type": "text/csv"},
    )
    assert done.status_code == 200, done.text
    with ExitStack() as stack:
        head, body, drip = (stack.enter_context(connected(service)) for _ in range(3))
        reader = stack.enter_context(socket())
        begun = time.monotonic()
        head.sendall(b"GET / HTTP/1.1\r\n")
        body.sendall(_HALVES[0])
        drip.sendall(_HALVES[0])
        reader.setsockopt(SOL_SOCKET, SO_RCVBUF, 4_096)
        reader.connect(("127.0.0.1", urlsplit(service.url).port))
        behind = b"POST /api/v1/stores HTTP/1.1\r\nHost: localhost\r\nContent-Length: 26\r\n\r\n"
        reader.sendall(b"GET /api/v1/products HTTP/1.1\r\nHost: localhost\r\n\r\n" + behind)
        reader.sendall(b'{"id": 77, "address": "x"}')
        assert is_closed(head)
        took = {"head": time.monotonic() - begun}
        for _ in range(60):
            drip.sendall(b" ")
            time.sleep(0.5)
            if "body" not in took and _has_come(body):
                assert hear(body).problem["code"] == "request_timeout"
                took["body"] = time.monotonic() - begun
            if _has_come(drip):
                assert hear(drip).status == 408
                took["drip"] = time.monotonic() - begun
                break
        while _connections(service) and time.monotonic() - begun < 60:
            time.sleep(0.5)
        took["reader"] = time.monotonic() - begun
    row.runs, row.note = 4, ", ".join(f"{name} {s:.0f} s" for name, s in took.items())
    assert 3 < took["head"] < 15, row.note
    assert 15 < took["body"] < 40, row.note
    assert 15 < took["drip"] < 40, row.note
    assert 25 < took["reader"] < 55, row.note
    assert service.get("/stores/77").status_code == 404
    assert service.stop()[0] == 0


def _has_come(connection: socket) -> bool:
    import select

    return bool(select.select([connection], [], [], 0)[0])


def _connections(service: Service) -> int:
    """Sockets of clients: beside the one it listens on, and the loop's own pair."""
    folder = Path(f"/proc/{service.process.pid}/fd")
    return sum(1 for one in folder.iterdir() if str(one.readlink()).startswith("socket:")) - 3
