"""The log: a line a request that nobody forges, ids that lead from one to the other, no secret."""

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from quart_app.observing import lines
from tests.scraping import value
from tests.service import ROOT, Service, environment, receipt, serving, with_catalogue

SECRETS = ("c2VjcmV0LWtleQ", "sk-first", "sk-second", "sk-third", "sk-fourth")


def _lines(said: str) -> list[dict[str, Any]]:
    """What was logged: JSON, every line of it."""
    # Standard output says once that there is no key and no account yet.
    greeting = ("Open to everyone", "The owner's account")
    return [json.loads(line) for line in said.splitlines() if not line.startswith(greeting)]


def _requests(said: str) -> list[dict[str, Any]]:
    return [line for line in _lines(said) if line["event"] == "request"]


def _raw(service: Service, request: bytes) -> bytes:
    url = urlsplit(service.url)
    with socket.create_connection((url.hostname, url.port), timeout=30) as connection:
        connection.sendall(request)
        return connection.recv(65_536)


def test_a_line_a_request_with_all_that_is_promised(database: Path) -> None:
    service = with_catalogue(Service(database, log="info"))
    reply = service.post("/sales", receipt("a"))
    service.get("/reports/summary?month=2026-10&store_id=1")
    service.get("/nothing/here")
    service.get(f"{service.url}/readyz")
    said = service.stop()[1]
    posted, asked, lost = _requests(said)[-3:]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", posted.pop("time"))
    assert 0 <= posted.pop("ms") < 60_000
    assert posted == {
        "level": "info",
        "event": "request",
        "request_id": reply.headers["X-Request-Id"],
        "method": "POST",
        "path": "/api/v1/sales",
        "status": 201,
        "bytes": len(reply.content),
        "remote": "127.0.0.1",
    }
    assert (asked["path"], asked["query"]) == (
        "/api/v1/reports/summary",
        "month=2026-10&store_id=1",
    )
    assert (lost["path"], lost["status"]) == ("/api/v1/nothing/here", 404)
    messages = [line["message"] for line in _lines(said) if line["event"] == "serving"]
    assert re.fullmatch(r"release \S+ serves \S+ on http://127.0.0.1:\d+", messages[0])
    assert messages[1:] == ["the service was told to stop", "the service has stopped"]


@pytest.mark.parametrize("sent", ["a", "7f3b-T1:5_x.9", "x" * 64])
def test_an_id_that_was_sent_is_in_header_log_and_problem(database: Path, sent: str) -> None:
    service = Service(database, log="info")
    reply = service.post("/sales", {}, headers={"X-Request-Id": sent})
    listing = service.get("/products", headers={"X-Request-Id": sent})
    said = service.stop()[1]
    assert reply.headers["X-Request-Id"] == listing.headers["X-Request-Id"] == sent
    assert reply.json()["request_id"] == sent
    assert [line["request_id"] for line in _requests(said)] == [sent, sent]


@pytest.mark.parametrize("sent", [b"", b"x" * 65, b"a b", b'"}', b"\xff", b"a\tb", b"%0a"])
def test_an_id_that_is_none_is_replaced(shared_service: Service, sent: bytes) -> None:
    reply = shared_service.get("/sales/none", headers=[(b"X-Request-Id", sent)])
    made = reply.headers["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]+", made)
    assert reply.json()["request_id"] == made
    assert shared_service.get("/sales/none").headers["X-Request-Id"] != made


def test_an_error_nobody_foresaw_is_logged_with_its_traceback_under_its_id(database: Path) -> None:
    service = Service(database, log="info")
    with closing(sqlite3.connect(database)) as other:
        other.execute("DROP TABLE till_gaps")
    reply = service.get("/tills", headers={"X-Request-Id": "broken-1"})
    said = service.stop()[1]
    assert (reply.status_code, reply.json()["request_id"]) == (500, "broken-1")
    assert "till_gaps" not in reply.text
    logged = [line for line in _lines(said) if line.get("request_id") == "broken-1"]
    assert [line["level"] for line in logged] == ["error", "info"]
    assert "no such table: till_gaps" in logged[0]["traceback"].splitlines()[-1]


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_line_can_be_forged(database: Path, form: str) -> None:
    service = Service(database, log="debug", log_format=form)
    forged = '{"event":"request","status":200}'
    for target in (
        "/api/v1/sales/a%0A" + forged.replace('"', "%22"),
        "/api/v1/sales?x=%0d%0a" + forged,
        "/api/v1/%1b[2J%E2%80%AE%00" + "\\n" + forged,
    ):
        for headers in (b"", b"X-Request-Id: a%0A\r\n", b"X-Request-Id: \x1b[2J\r\n"):
            said = _raw(
                service,
                b"GET "
                + target.encode()
                + b" HTTP/1.1\r\nHost: x\r\n"
                + headers
                + b"Connection: close\r\n\r\n",
            )
            assert said.startswith(b"HTTP/1.1 4"), said
    said = service.stop()[1]
    assert not [line for line in said.splitlines() if line.startswith(forged[:10])]
    assert "\x1b" not in said
    if form == "json":
        assert len(_requests(said)) == 9
    else:
        lines = [line for line in said.splitlines() if "GET" in line]
        assert len(lines) == 9
        assert all(re.match(r"\d\d:\d\d:\d\d\.\d{3} GET /", line) for line in lines)


def test_no_secret_is_logged(database: Path) -> None:
    """A journey with keys wherever a client may put one, logged in all detail."""
    service = with_catalogue(Service(database, log="debug"))
    bearer, first, second, third, fourth = SECRETS
    with httpx.Client(
        base_url=service.url,
        headers={"Authorization": f"Bearer {bearer}", "Cookie": f"key={first}"},
    ) as client:
        assert client.post("/api/v1/sales", json=receipt("s1")).status_code == 201
        client.post("/api/v1/sales", json={"key": bearer, "receipt_id": bearer * 9})
        for query in (f"api_key={second}", f"a=1&%54oken={third}&b=2", f"sales_PASSWORD={fourth}"):
            for path in ("/api/v1/reports/summary", "/api/v1/sales", "/nothing", "/healthz"):
                client.get(f"{path}?{query}")
        client.request("TRACE", "/api/v1/sales")
        client.get("/api/v1/products", headers={"X-Request-Id": "a b"})
    target = f"http://user:{fourth}@localhost/api/v1/stores".encode()
    _raw(service, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    key = service.post("/keys", {"role": "reader", "name": "R"}).json()["key"]
    for path in (f"/sales/{key}", f"/sales?till_id={key}", f"/sales?a={'b' * 980}&c={key}", "/x"):
        service.get(path, headers={"Authorization": f"Bearer {key}"})
    httpx.get(f"{service.url}/join?code=0123-4567-89AB")
    operator_pass = database.with_name("sales.db.lock").read_text().split()[2]
    service.get("/stores", params={"x": operator_pass})
    said = service.stop()[1]
    assert len(_requests(said)) >= 12
    assert key[:14] not in said
    assert operator_pass not in said
    assert "4567" not in said
    assert [secret for secret in SECRETS if secret in said] == []
    assert "a=1&%54oken=***&b=2" in said


def test_health_is_logged_only_where_it_is_bad(database: Path) -> None:
    service = Service(database, log="info")
    for path in ("/healthz", "/readyz", "/metrics"):
        assert httpx.get(service.url + path).status_code == 200
    database.rename(database.with_name("moved.db"))
    assert httpx.get(f"{service.url}/readyz").status_code == 503
    database.with_name("moved.db").rename(database)
    assert [(line["path"], line["status"]) for line in _requests(service.stop()[1])] == [
        ("/readyz", 503)
    ]


def test_a_pipe_that_nobody_reads_stops_no_post(database: Path, long: bool) -> None:
    reading, writing = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-m", "quart_app", "serve"],
        cwd=ROOT,
        env=environment(database, {"log": "info"}),
        stdout=subprocess.PIPE,
        stderr=writing,
        text=True,
    ) as process:
        os.close(writing)
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        with httpx.Client(base_url=found[0], timeout=30) as client:
            # A line is made as long as it gets, so that a pipe of 64 KiB is full soon.
            query = "x" * 900
            for _ in range(40_000 if long else 150):
                assert client.get(f"/api/v1/sales/none?{query}").status_code == 404
            assert client.get("/readyz").status_code == 200
        begun = time.monotonic()
        process.terminate()
        assert process.wait(10) == 0
        assert time.monotonic() - begun < 10
    assert 40_000 <= len(os.read(reading, 1 << 20)) <= 65_536
    os.close(reading)


def test_nothing_is_lost_between_the_last_answer_and_the_end(database: Path) -> None:
    service = Service(database, log="info")
    for number in range(100):
        service.get(f"/sales/n{number}")
    paths = [line["path"] for line in _requests(service.stop()[1])]
    assert paths == [f"/api/v1/sales/n{number}" for number in range(100)]


def test_a_level_above_info_logs_no_request(database: Path) -> None:
    with serving(database, log="warning") as service:
        service.get("/products")
        assert value(service, "sales_log_dropped_total") == 0
    assert service.process.returncode == 0


def test_lines_for_people_are_text(database: Path) -> None:
    service = Service(database, log="info", log_format="text")
    service.get("/products?limit=5", headers={"X-Request-Id": "me"})
    said = service.stop()[1]
    assert re.search(
        r"^\d\d:\d\d:\d\d\.\d{3} GET /api/v1/products\?limit=5 200 [\d.]+ ms 2 B 127.0.0.1 \[me\]$",
        said,
        re.MULTILINE,
    )


def test_what_is_dropped_is_counted_and_told() -> None:
    """Lines into a full pipe: those that waited come when it is read, with the count of others."""
    reading, writing = os.pipe()
    queue = lines.Lines(writing, lambda count: b"%d dropped\n" % count)
    sent = lines._MOST * 2
    for number in range(sent):
        queue.put(b"%07d %s\n" % (number, b"x" * 200))
    assert queue.dropped > 0
    text = b""
    while b" dropped\n" not in text:
        text += os.read(reading, 1 << 20)
    queue.close()
    written = [line for line in text.splitlines() if not line.endswith(b"dropped")]
    assert len(written) + queue.dropped == sent
    assert written == sorted(written)
    assert b"%d dropped\n" % queue.dropped in text
    os.close(reading)
    os.close(writing)


def test_a_log_that_is_gone_is_counted() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    queue = lines.Lines(writing, lambda count: b"%d dropped\n" % count)
    queue.put(b"one\n")
    queue.put(b"two\n")
    queue.close()
    assert queue.dropped >= 2
    os.close(writing)


def test_what_waits_is_written_at_the_end() -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    queue = lines.Lines(writing, lambda count: b"%d dropped\n" % count)
    queue.put(b"one\n")
    queue.put(b"two\n")
    queue.close()
    assert os.read(reading, 100) == b"one\ntwo\n"
    os.close(reading)
    os.close(writing)
