"""A real service for tests: its own process, a real file, talked to over HTTP."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
API = "/api/v1"
START_S = 30


def command(*words: str, database: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the service to its end."""
    return subprocess.run(
        [sys.executable, "-m", "quart_app", *words],
        cwd=ROOT,
        env=environment(database, settings),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def environment(database: Path, settings: dict[str, str]) -> dict[str, str]:
    """The test's own settings, and none of the machine's."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SALES_")}
    named = {f"SALES_{name.upper()}": text for name, text in settings.items()}
    # A pipe that is read at the end does not hold a line for every request.
    ours = {"SALES_DATABASE": str(database), "SALES_PORT": "0", "SALES_LOG": "warning"}
    return kept | ours | named


class Service:
    """A running service: ``get``, ``post`` and the like answer with httpx responses."""

    def __init__(
        self,
        database: Path,
        *,
        prefix: tuple[str, ...] = (),
        python: str = sys.executable,
        extra: dict[str, str] | None = None,
        **settings: str,
    ) -> None:
        self.database = database
        self.process = subprocess.Popen(
            [*prefix, python, "-m", "quart_app", "serve"],
            cwd=ROOT,
            env=environment(database, settings) | (extra or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"Serving on (http://\S+)", line)
        if found is None:
            rest = self.process.communicate(timeout=START_S)[0]
            raise RuntimeError(f"the service did not start: {line}{rest}")
        self.url = found[1]
        self.client = httpx.Client(base_url=self.url + API, timeout=60)
        try:
            httpx.get(f"{self.url}/healthz", timeout=START_S).raise_for_status()
        except httpx.HTTPError:
            self.process.kill()
            self.process.communicate()
            raise

    def first_code(self) -> str:
        """The code that the owner's account is made with, as it was printed at the start."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"with this code: (\S+)", line):
                return found[1]
        raise RuntimeError("no code was printed")

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return self.client.post(path, json=json, **options)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.client.request(method, path, **options)

    def batch(self, lines: str | bytes, **parameters: Any) -> dict[str, Any]:
        """Post receipts, one a line; what became of them."""
        reply = self.client.post(
            "/sales/batch",
            content=lines,
            params=parameters,
            headers={"Content-Type": "application/x-ndjson"},
        )
        assert reply.status_code == 200, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    def report(self, name: str, **parameters: Any) -> dict[str, Any]:
        """A report's envelope."""
        reply = self.get(f"/reports/{name}", params=parameters)
        assert reply.status_code == 200, reply.text
        envelope: dict[str, Any] = reply.json()
        return envelope

    def stop(self, how: signal.Signals = signal.SIGTERM, timeout: float = 60) -> tuple[int, str]:
        """End it; its exit status and what it printed."""
        self.client.close()
        self.process.send_signal(how)
        said = self.process.communicate(timeout=timeout)[0]
        return self.process.returncode, said


@contextmanager
def serving(database: Path, **options: Any) -> Iterator[Service]:
    """A service for the length of a block, which must end well."""
    service = Service(database, **options)
    try:
        yield service
    except BaseException:
        service.client.close()
        service.process.kill()
        raise
    status, said = service.stop()
    assert status == 0, said
    assert "Traceback" not in said, said


def receipt(receipt_id: str, **members: Any) -> dict[str, Any]:
    """A receipt of store 1: two loaves at 64.95 unless told otherwise."""
    lines = [{"product_id": 1, "quantity": "2", "unit_price": "64.95"}]
    return {
        "receipt_id": receipt_id,
        "store_id": 1,
        "occurred_at": "2026-10-05T12:00:00+03:00",
        "lines": lines,
    } | members


def with_catalogue(service: Service) -> Service:
    """Two stores and three products, so that something can be sold."""
    for store_id, zone in ((1, "Europe/Moscow"), (2, "Asia/Vladivostok")):
        store = {"id": store_id, "address": f"Street {store_id}", "timezone": zone}
        assert service.post("/stores", store).status_code == 201
    for product in (
        {"id": 1, "name": "Bread", "price": "64.95", "category": "Bakery"},
        {"id": 2, "name": "Milk", "price": "89.90"},
        {"id": 9, "name": "Cheese", "price": "400.00", "unit": "kg"},
    ):
        assert service.post("/products", product).status_code == 201
    return service
