"""Asking a running service, for the commands that can do so instead of opening its database."""

import http.client
import json
from urllib.parse import urlsplit

from quart_app.database.lock import holder_of
from quart_app.errors import ServiceError
from quart_app.settings import Settings

_TIMEOUT_S = 600


def key_for(settings: Settings, url: str) -> str:
    """The key to send to the service at ``url``; empty where there is none.

    It is that of the settings, else the pass of the service that holds this machine's database:
    that one alone, since whoever is sent a pass may use it.
    """
    if settings.key.text:
        return settings.key.text
    holder = holder_of(settings.database)
    if holder is not None and _place(url) == _place(holder.url) is not None:
        return holder.operator_pass
    return ""


def asked(
    url: str, path: str, key: str = "", *, method: str = "GET", body: bytes | None = None
) -> bytes:
    """The answer of the service at ``url`` to a question under its API.

    Raises ServiceError with its reason if it refuses.
    """
    connection = None
    try:
        address = urlsplit(url)
        connect = (
            http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        )
        connection = connect(address.netloc, timeout=_TIMEOUT_S)
        where = f"{address.path.rstrip('/')}/api/v1{path}"
        headers = with_key(key) | ({} if body is None else {"Content-Type": "application/json"})
        connection.request(method, where, body, headers)
        reply = connection.getresponse()
        answer = reply.read()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ServiceError(f"{url} does not answer: {error}") from error
    finally:
        if connection is not None:
            connection.close()
    if reply.status >= http.client.MULTIPLE_CHOICES:
        raise ServiceError(_refusal(answer, reply.status) or f"{url} answered {reply.status}")
    return answer


def with_key(key: str) -> dict[str, str]:
    """The header that shows a key, if there is one."""
    return {"Authorization": f"Bearer {key}"} if key else {}


def for_commands(detail: str, status: int) -> str:
    """A service's refusal, and what a command can be given against it."""
    is_unknown = status == http.client.UNAUTHORIZED
    return f"{detail} (for a command: set SALES_KEY)" if is_unknown else detail


def _refusal(body: bytes, status: int) -> str:
    try:
        return for_commands(str(json.loads(body)["detail"]), status)
    except (ValueError, KeyError, TypeError):
        return ""


def _place(url: str) -> tuple[str, str | None, int | None] | None:
    """Who listens there; behind another name of the loopback it may be somebody else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return parts.scheme, parts.hostname, port
