"""Asking a running service, for the commands that can do so instead of opening its database."""

import http.client
import json
from urllib.parse import urlsplit

from quart_app.errors import ServiceError

_TIMEOUT_S = 600


def asked(url: str, path: str) -> bytes:
    """The answer to a GET under the API of the service at ``url``; ServiceError if it refuses."""
    connection = None
    try:
        address = urlsplit(url)
        connect = (
            http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        )
        connection = connect(address.netloc, timeout=_TIMEOUT_S)
        connection.request("GET", f"{address.path.rstrip('/')}/api/v1{path}")
        reply = connection.getresponse()
        body = reply.read()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise ServiceError(f"{url} does not answer: {error}") from error
    finally:
        if connection is not None:
            connection.close()
    if reply.status != http.client.OK:
        raise ServiceError(_refusal(body) or f"{url} answered {reply.status}")
    return body


def _refusal(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return ""
