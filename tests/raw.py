"""Requests as bytes over a socket, for what no client library would send."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.service import Service

WAIT_S = 30


@dataclass(frozen=True)
class Said:
    """What came back until the service closed or the answer was whole."""

    status: int | None
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> dict[str, Any]:
        """The body of an error, which is a problem whatever it was about."""
        assert self.headers["content-type"] == "application/problem+json", self
        value: dict[str, Any] = json.loads(self.body)
        return value


@contextmanager
def connected(service: Service, source: str = "127.0.0.1") -> Iterator[socket.socket]:
    """A connection from an address of this machine's loopback."""
    url = urlsplit(service.url)
    with socket.create_connection(
        (url.hostname, url.port), timeout=WAIT_S, source_address=(source, 0)
    ) as connection:
        yield connection


def ask(service: Service, raw: bytes) -> Said:
    """Send bytes and read what comes."""
    with connected(service) as connection:
        try:
            connection.sendall(raw)
        except (BrokenPipeError, ConnectionResetError):
            # It was refused meanwhile; the answer may be there all the same.
            return hear(connection)
        return hear(connection)


def hear(connection: socket.socket) -> Said:
    """Read one answer, by its Content-Length."""
    got = b""
    while b"\r\n\r\n" not in got:
        if not (part := _read(connection)):
            return Said(None, {}, got)
        got += part
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): text.strip() for name, _, text in pairs}
    length = int(headers.get("content-length", "0"))
    while len(body) < length and (part := _read(connection)):
        body += part
    return Said(int(first.split(" ")[1]), headers, body)


def is_closed(connection: socket.socket) -> bool:
    """Whether the service closes without another byte."""
    return _read(connection) == b""


def _read(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65_536)
    except ConnectionResetError:
        return b""
