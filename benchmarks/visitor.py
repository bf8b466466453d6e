"""Somebody who looks at pages: an owner who was invited and has signed in."""

import http.client
import json
from http import HTTPStatus
from urllib.parse import urlencode

from benchmarks.row import RowFailed

_PASSWORD = "a password of benchmarks"


def signed_in(port: int) -> str:
    """The token of the browser of an owner of the service at this port, which is still open."""
    form = {"email": "owner@example.com", "name": "Owner", "role": "owner"}
    made = _asked(port, "/api/v1/people", json.dumps(form), "application/json")
    code = json.loads(made.read())["code"]
    joining = urlencode({"code": code, "password": _PASSWORD})
    joined = _asked(port, "/join", joining, "application/x-www-form-urlencoded")
    cookie = joined.getheader("Set-Cookie", "")
    if joined.status != HTTPStatus.SEE_OTHER or not cookie.startswith("session="):
        raise RowFailed(f"nobody could sign in: {joined.status}")
    return cookie.partition(";")[0].removeprefix("session=")


def _asked(port: int, path: str, body: str, media_type: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": media_type, "Origin": f"http://127.0.0.1:{port}"}
    connection.request("POST", path, body, headers)
    return connection.getresponse()
