"""The proxies' settings as they stand in docs/operating.md, before a real service."""

import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.service import ROOT, Service

NAME = "sales.example.com"
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
        yield f"https://{NAME}:{port}"


@contextmanager
def caddy(service: Service, place: Path) -> Iterator[str]:
    """With a certificate of its own making; only ports and places differ from the page."""
    port = free_port()
    file = place / "Caddyfile"
    site = shown("caddyfile").replace(NAME, f"https://{NAME}:{port}")
    site = site.replace("127.0.0.1:8000", service.url.removeprefix("http://"))
    site = site.replace("{\n", "{\n\ttls internal\n\tbind 127.0.0.1\n", 1)
    options = (
        "admin off",
        "skip_install_trust",
        "auto_https disable_redirects",
        f"storage file_system {place}/kept",
        "servers {\n\t\tprotocols h1 h2\n\t}",
    )
    file.write_text("{\n\t" + "\n\t".join(options) + "\n}\n" + site)
    with running(["caddy", "run", "--config", file, "--adapter", "caddyfile"], port):
        _wait_for_certificate(port)
        yield f"https://{NAME}:{port}"


def _wait_for_certificate(port: int) -> None:
    """Its own authority takes a moment to make one."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for _ in range(100):
        with socket.create_connection(("127.0.0.1", port)) as plain, suppress(ssl.SSLError):
            context.wrap_socket(plain, server_hostname=NAME).close()
            return
        time.sleep(0.1)
