"""Keys for tests: made by the command, shown as a header."""

from pathlib import Path

import httpx

from tests.service import API, Service, command


def made(database: Path, role: str, *words: str, name: str = "a key") -> str:
    """A key, as the command prints it: alone on a line."""
    done = command("key", "create", "--role", role, "--name", name, *words, database=database)
    assert done.returncode == 0, done.stderr
    line, end, rest = done.stdout.partition("\n")
    assert (end, rest) == ("\n", "")
    assert line not in done.stderr
    return line


def made_through(
    service: Service, role: str, headers: dict[str, str] | None = None, **form: object
) -> str:
    """A key, as the API gives it out."""
    sent = {"role": role, "name": f"a {role}"} | form
    reply = service.post("/keys", sent, headers=headers or {})
    assert reply.status_code == 201, reply.text
    key: str = reply.json()["key"]
    return key


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def client(service: Service, key: str | None = None, address: str = "127.0.0.1") -> httpx.Client:
    """Somebody who asks from an address of the loopback, with a key or without."""
    return httpx.Client(
        base_url=service.url + API,
        transport=httpx.HTTPTransport(local_address=address),
        headers={} if key is None else bearer(key),
        timeout=60,
    )
