"""Starting and stopping what is measured: the service itself and the rivals beside it."""

import http.client
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks.row import NotRun, RowFailed
from benchmarks.workshop import REPOSITORY, Workshop, module

_START_S = 60.0
_STEP_S = 0.002


@dataclass(frozen=True)
class Server:
    """A server that has answered its first request."""

    port: int
    pid: int
    started_in_s: float
    """From the start of its process to its first answer."""

    def fetch(
        self, path: str, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes, dict[str, str]]:
        """One GET, away from any measuring: the status, the body, the headers in small letters."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_START_S)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, answer.read(), names
        finally:
            connection.close()


@contextmanager
def service(shop: Workshop, database: Path, probe: str = "/healthz") -> Iterator[Server]:
    """The service on this database file, as anyone would start it."""
    if not (REPOSITORY / "quart_app" / "__main__.py").exists():
        raise NotRun("there is no quart_app/__main__.py")
    port = free_port()
    with _serving(
        shop,
        module("quart_app", "serve"),
        "service",
        {"SALES_DATABASE": str(database), "SALES_PORT": str(port), "SALES_LOG": "warning"},
        port,
        probe,
    ) as server:
        yield server


@contextmanager
def rival(shop: Workshop, name: str, *arguments: str | Path) -> Iterator[Server]:
    """A rival of ``benchmarks.rivals`` on the same Hypercorn."""
    port = free_port()
    command = module(f"benchmarks.rivals.{name}", "--port", str(port), *arguments)
    with _serving(shop, command, name, {}, port, "/hello") as server:
        yield server


def needs(*packages: str) -> None:
    """NotRun where a rival's package is missing."""
    for package in packages:
        if find_spec(package) is None:
            raise NotRun(f"{package} is not installed (benchmarks/requirements.txt)")


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _serving(
    shop: Workshop,
    command: list[str | Path],
    name: str,
    environment: dict[str, str],
    port: int,
    probe: str,
) -> Iterator[Server]:
    folder = shop.new_folder(name)
    started = time.perf_counter()
    process = shop.start(command, folder, environment)
    try:
        _wait_for_answer(process, port, probe, started, folder)
        answered = time.perf_counter()
        yield Server(port, process.pid, answered - started)
    finally:
        shop.stop(process, signal.SIGTERM)


def _wait_for_answer(
    process: subprocess.Popen[bytes], port: int, probe: str, started: float, folder: Path
) -> None:
    while time.perf_counter() - started < _START_S and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_S)
        try:
            connection.request("GET", probe)
            answer = connection.getresponse()
            if answer.status != http.HTTPStatus.OK:
                raise RowFailed(f"GET {probe} answered {answer.status}: {answer.read(300)!r}")
        except ConnectionError:
            time.sleep(_STEP_S)
        else:
            return
        finally:
            connection.close()
    output = (folder / "output.txt").read_text(errors="replace")[-800:]
    raise RowFailed(f"{folder.name} did not start: {output}")
