"""/readyz: whether the service can write, and why not."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.scraping import scraped
from tests.service import ROOT, Service, command, environment, receipt, serving, with_catalogue

CHECKS = ["serving", "disk", "file", "space", "last_write", "writer", "queue", "backup"]
WITHIN_S = 20


def asked(service: Service) -> httpx.Response:
    return httpx.get(f"{service.url}/readyz", timeout=30)


def verdicts(reply: httpx.Response) -> dict[str, str]:
    checks: list[dict[str, Any]] = reply.json()["checks"]
    assert all(one["detail"] for one in checks)
    return {one["check"]: one["verdict"] for one in checks}


def wait_until(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + WITHIN_S
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_it_is_ready_and_says_what_it_looked_at(shared_service: Service) -> None:
    reply = asked(shared_service)
    assert (reply.status_code, reply.json()["status"]) == (200, "ready")
    assert list(verdicts(reply)) == CHECKS
    assert "failed" not in verdicts(reply).values()
    assert reply.headers["Cache-Control"] == "no-store"


def test_asking_writes_nothing(shared_service: Service) -> None:
    def commits() -> float:
        return scraped(shared_service)["sales_commit_seconds_count", frozenset()]

    shared_service.post("/sales", receipt("one"))
    before, log = commits(), shared_service.database.with_name("sales.db-wal")
    size, at = log.stat().st_size, log.stat().st_mtime_ns
    for _ in range(50):
        assert asked(shared_service).status_code == 200
    assert (commits(), log.stat().st_size, log.stat().st_mtime_ns) == (before, size, at)


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_file_that_is_gone_or_another_is_no_file(database: Path, is_replaced: bool) -> None:
    with serving(database) as service:
        aside = database.with_name("aside.db")
        database.rename(aside)
        if is_replaced:
            database.write_bytes(aside.read_bytes())
        reply = asked(service)
        assert reply.status_code == 503
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.headers["Retry-After"] == "1"
        problem = reply.json()
        assert (problem["status"], problem["code"]) == (503, "not_ready")
        assert problem["detail"].startswith("file: ")
        assert problem["request_id"] == reply.headers["X-Request-Id"]
        assert verdicts(reply)["file"] == "failed"
        aside.rename(database)
        assert asked(service).status_code == 200


def test_at_shutdown_a_proxy_is_told_before_requests_are_refused(database: Path) -> None:
    service = with_catalogue(Service(database, drain_s="2"))
    service.process.send_signal(signal.SIGTERM)
    wait_until(lambda: asked(service).status_code == 503)
    reply = asked(service)
    assert verdicts(reply)["serving"] == "failed"
    assert reply.json()["detail"] == "serving: the service is stopping"
    assert service.post("/sales", receipt("late")).status_code == 201
    service.client.close()
    said = service.process.communicate(timeout=30)[0]
    assert service.process.returncode == 0, said
    with serving(database) as again:
        assert asked(again).status_code == 200
        assert again.get("/sales/late").status_code == 200


def test_the_age_of_the_last_backup_is_a_warning_at_most(service: Service, tmp_path: Path) -> None:
    assert verdicts(asked(service))["backup"] == "warning"
    made = command("backup", str(tmp_path / "sales.backup"), database=service.database)
    assert made.returncode == 0, made.stderr
    assert verdicts(asked(service))["backup"] == "ok"
    note = service.database.with_name("sales.db.last-backup")
    told = json.loads(note.read_text())
    note.write_text(json.dumps(told | {"taken_at_us": told["taken_at_us"] - 27 * 3_600_000_000}))
    reply = asked(service)
    assert (reply.status_code, verdicts(reply)["backup"]) == (200, "warning")


def test_a_service_whose_greeting_nobody_hears_ends(database: Path) -> None:
    heard, said = os.pipe()
    os.close(heard)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "quart_app", "serve"],
            cwd=ROOT,
            env=environment(database, {}),
            stdout=said,
            stderr=subprocess.PIPE,
            timeout=20,
            check=False,
        )
    finally:
        os.close(said)
    assert done.returncode != 0
    # Nothing holds the file any more.
    with serving(database) as service:
        assert service.get("/stores").status_code == 200
