"""docs/operating.md: the proxies' settings as they stand there, before a real service."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.service import ROOT, Service, receipt

TEXT = (ROOT / "docs" / "operating.md").read_text()


def shown(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return str(found)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def running(words: list[str | Path], port: int) -> Iterator[None]:
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                break
            time.sleep(0.05)
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield
    finally:
        process.terminate()
        process.communicate(timeout=30)


@contextmanager
def nginx(service: Service, place: Path) -> Iterator[str]:
    """With a certificate of its own making; only ports and places differ from the page."""
    port = free_port()
    subprocess.run(
        [
            *[
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=sales.example.com",
            ],
            *("-keyout", place / "key", "-out", place / "pem"),
        ],
        check=True,
        capture_output=True,
    )
    server = shown("nginx").replace("listen 443", f"listen 127.0.0.1:{port}")
    server = server.replace("http://127.0.0.1:8000", service.url)
    server = server.replace("/etc/ssl/sales.example.com.", f"{place}/")
    file = place / "nginx.conf"
    temp = "".join(
        f"{kind}_temp_path {place}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file.write_text(
        f"daemon off;\npid {place}/pid;\nerror_log {place}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temp}{server}}}\n"
    )
    with running(["nginx", "-c", file, "-p", place], port):
        yield f"https://127.0.0.1:{port}"


@contextmanager
def caddy(service: Service, place: Path) -> Iterator[str]:
    """Plain HTTP, since a certificate needs the internet; otherwise as on the page."""
    port = free_port()
    file = place / "Caddyfile"
    site = shown("caddyfile").replace("sales.example.com", f"http://:{port}")
    site = site.replace("127.0.0.1:8000", service.url.removeprefix("http://"))
    file.write_text("{\n\tadmin off\n\tauto_https off\n}\n" + site)
    with running(["caddy", "run", "--config", file, "--adapter", "caddyfile"], port):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("proxy", [nginx, caddy], ids=["nginx", "caddy"])
def test_tills_and_readers_get_through(
    service: Service, tmp_path: Path, proxy: Callable[[Service, Path], Iterator[str]]
) -> None:
    name = proxy.__name__
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    with ExitStack() as stack:
        address = stack.enter_context(proxy(service, tmp_path))
        client = stack.enter_context(
            httpx.Client(base_url=f"{address}/api/v1", verify=False, timeout=60)
        )
        assert client.post("/sales", json=receipt("through-a-proxy")).status_code == 201
        report = client.get("/reports/top-stores", params={"month": "2026-10"})
        assert report.json()["totals"]["receipts"] == 1
        lines = b"{}\n" * 100_000
        refused = client.post(
            "/sales/batch", content=lines, headers={"Content-Type": "application/x-ndjson"}
        )
        assert refused.status_code == 413
        assert refused.json()["code"] == "body_too_large"
