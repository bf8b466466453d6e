"""The client of the docs as a till runs it: offline, killed, with a service that goes and comes."""

import importlib.util
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any, ClassVar

import pytest

from tests.access import bearer, made_through
from tests.service import ROOT, Service, receipt, serving, with_catalogue

CLIENT = ROOT / "docs" / "till_client.py"
MONTH = "2026-10"
PRICE = Decimal("1.05")
PATIENCE_S = 120
Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture(scope="module")
def client() -> ModuleType:
    spec = importlib.util.spec_from_file_location("till_client", CLIENT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    return tmp_path / "queue.jsonl"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


@pytest.fixture
def start(queue: Path, port: int) -> Iterator[Start]:
    """Starts the client; none outlives its test."""
    started: list[subprocess.Popen[str]] = []

    def begin() -> subprocess.Popen[str]:
        url = f"http://127.0.0.1:{port}/api/v1/sales/batch"
        words = [sys.executable, str(CLIENT), str(queue), url]
        started.append(subprocess.Popen(words, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield begin
    for one in started:
        one.kill()
        one.communicate()


def numbered(number: int, **members: Any) -> dict[str, Any]:
    """A receipt of ten lines, so that there are many batches, worth ``number`` times the price."""
    lines = [{"product_id": 1, "quantity": "1", "unit_price": "0.00"}] * 9
    lines.append({"product_id": 2, "quantity": str(number), "unit_price": str(PRICE)})
    sold = {"till_id": "T1", "sequence_number": number, "lines": lines}
    return receipt(f"T1-{number}", **sold) | members


def spoiled(number: int, **members: Any) -> dict[str, Any]:
    """One that is refused: the discount is above the price."""
    lines = [{"product_id": 1, "quantity": "1", "unit_price": "1.00", "discount": "2.00"}]
    return numbered(number, receipt_id=f"spoiled-{number}", lines=lines, **members)


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)


def counted(service: Service) -> int:
    number: int = service.report("top-stores", month=MONTH)["totals"]["receipts"]
    return number


def refused(queue: Path) -> list[str]:
    """What was sent of each receipt that was set aside."""
    aside = queue.with_name(queue.name + ".rejected")
    return [json.loads(line)["sent"] for line in aside.read_text().split("\n") if line]


def test_it_is_as_short_as_is_said() -> None:
    lines = [line for line in CLIENT.read_text().splitlines() if line and line[:3] != '"""']
    assert len(lines) <= 40


def test_every_receipt_is_counted_once_whatever_is_killed(
    client: ModuleType, queue: Path, port: int, start: Start, database: Path
) -> None:
    numbers = [*range(1, 601), *range(602, 1_001)]
    for number in range(1, 1_001):
        client.add(queue, spoiled(601) if number == 601 else numbered(number))
    # A number that another receipt has is acknowledged, though this one is not kept.
    client.add(queue, spoiled(17, type="refund"))
    # The till was killed while it queued one, which it had not printed; then it went on.
    half = '{"receipt_id": "T1-1001", "store_id": 1, "occ'
    with queue.open("ab") as file:
        file.write(b"\n" + half.encode())
    client.add(queue, numbered(1_001))
    numbers.append(1_001)

    sender = start()
    assert sender.stderr is not None
    assert "again in 2 s" in sender.stderr.readline()  # the service is not there yet

    with serving(database, port=str(port)) as service:
        with_catalogue(service)
        wait_until(lambda: counted(service) > 0)
        sender.kill()
        for enough in (200, 400):
            sender = start()
            wait_until(lambda enough=enough: counted(service) >= enough)  # type: ignore[misc]
            sender.kill()
            sender.wait()
        start()
        wait_until(lambda: counted(service) >= 500)
    killed = Service(database, port=str(port))
    try:
        wait_until(lambda: counted(killed) >= 700)
    finally:
        killed.stop(signal.SIGKILL)

    with serving(database, port=str(port)) as service:
        for number in range(1_002, 1_011):
            client.add(queue, numbered(number))
            numbers.append(number)
        wait_until(lambda: queue.stat().st_size == 0)
        figures = service.report("top-stores", month=MONTH)["totals"]
        assert figures == {"revenue": str(PRICE * sum(numbers)), "receipts": len(numbers)}
        assert service.get("/held-sales").json() == []
        aside = set(refused(queue))
        assert half + "\n" in aside
        named = {json.loads(line)["receipt_id"] for line in aside - {half + "\n"}}
        assert named == {"spoiled-601", "spoiled-17"}
        till = service.get("/tills", params={"till_id": "T1"}).json()[0]
        assert (till["ack_through"], till["missing"]) == (600, [{"first": 601, "last": 601}])

        client.add(queue, numbered(601))  # a human has mended it
        wait_until(lambda: counted(service) == len(numbers) + 1)
        till = service.get("/tills", params={"till_id": "T1"}).json()[0]
        assert (till["ack_from"], till["ack_through"], till["missing"]) == (1, 1_010, [])


class _Gateway(BaseHTTPRequestHandler):
    """What stands before a service that is away, as many a proxy does."""

    asks: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(503)
        self.send_header("Retry-After", self.asks.pop(0))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """It need not say anything."""


def test_it_waits_as_long_as_it_is_asked_to(
    client: ModuleType, queue: Path, port: int, start: Start
) -> None:
    _Gateway.asks = ["Wed, 21 Oct 2026 07:28:00 GMT", "7"]
    with HTTPServer(("127.0.0.1", port), _Gateway) as gateway:
        Thread(target=gateway.serve_forever, daemon=True).start()
        try:
            client.add(queue, numbered(1))
            sender = start()
            assert sender.stderr is not None
            assert "503" in (said := sender.stderr.readline())
            assert said.endswith("again in 2 s\n")
            assert sender.stderr.readline().endswith("again in 7 s\n")
        finally:
            gateway.shutdown()


def test_it_keeps_all_it_has_until_it_is_given_a_good_key(
    client: ModuleType, queue: Path, port: int, start: Start, database: Path, monkeypatch: Any
) -> None:
    client.add(queue, numbered(1))
    with serving(database, port=str(port)) as service:
        with_catalogue(service)
        manager = bearer(made_through(service, "manager"))
        key = made_through(service, "till", manager, store_id=1)
        sender = start()
        assert sender.stderr is not None
        assert "401" in sender.stderr.readline()
        sender.kill()
        assert queue.stat().st_size > 0
        monkeypatch.setenv("SALES_KEY", key)
        start()
        wait_until(lambda: queue.stat().st_size == 0)
        assert service.get("/sales/T1-1", headers=bearer(key)).json()["status"] == "counted"


def test_an_ack_is_of_one_tills_numbers(client: ModuleType) -> None:
    ack = {"store_id": 1, "till_id": "T1", "series": "", "ack_from": 5, "ack_through": 9}
    assert client.is_acked(numbered(5), ack)
    assert client.is_acked(numbered(9), ack)
    assert not client.is_acked(numbered(4), ack)
    assert not client.is_acked(numbered(10), ack)
    assert not client.is_acked(numbered(7, series="B"), ack)
    assert not client.is_acked(numbered(7, store_id=2), ack)
    assert not client.is_acked(receipt("without-a-number", till_id="T1"), ack)
