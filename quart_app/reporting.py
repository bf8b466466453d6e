"""The ``report`` command's work: a report from the database, or from a running service."""

import http.client
import json
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from quart_app.app import Services
from quart_app.database import migrating
from quart_app.errors import Invalid, ServiceError, StorageRefused
from quart_app.parameters import read_parameters
from quart_app.reports.aligned import as_text
from quart_app.reports.files import form_of, written

_TIMEOUT_S = 60
Parameters = dict[str, list[str]]


def parameters_of(words: Sequence[str]) -> Parameters:
    """``--month 2026-10 --store-id=2`` as parameters by name; Invalid for anything else."""
    found: Parameters = {}
    left = list(words)
    while left:
        word = left.pop(0)
        name, is_joined, text = word.partition("=")
        if not name.startswith("--") or (not is_joined and not left):
            raise Invalid(f"{word!r}: give parameters as --name value, such as --month 2026-10")
        value = text if is_joined else left.pop(0)
        found.setdefault(name[2:].replace("-", "_"), []).append(value)
    return found


async def from_file(services: Services, name: str, form: str, given: Parameters) -> bytes:
    """A report of the database, which no service may hold meanwhile; StorageRefused."""
    # A database that is not there is not made by asking.
    migrating.current(services.database.expanduser())
    report = services.reports.named(name)
    asked = {**given, "format": [_format(form)]}
    question = read_parameters(services.wire, report.question, asked.items())
    try:
        await services.open()
    except StorageRefused as error:
        if error.code != "database_in_use":
            raise
        raise StorageRefused(
            "a running service holds the database: ask it, with --service http://127.0.0.1:8000 "
            "or wherever it listens",
            code=error.code,
        ) from error
    try:
        table = await services.reports.answer(report, question)
    finally:
        await services.close()
    body = written(table, form_of(question, "json", "en"), services.wire)
    return _shown(body, form)


def from_service(url: str, name: str, form: str, given: Parameters) -> bytes:
    """The same from a running service; ServiceError tells what it refused."""
    address = urlsplit(url)
    connect = (
        http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    )
    connection = connect(address.netloc, timeout=_TIMEOUT_S)
    query = urlencode({**given, "format": [_format(form)]}, doseq=True)
    try:
        connection.request("GET", f"{address.path.rstrip('/')}/api/v1/reports/{name}?{query}")
        reply = connection.getresponse()
        body = reply.read()
    except (OSError, http.client.HTTPException) as error:
        raise ServiceError(f"{url} does not answer: {error}") from error
    finally:
        connection.close()
    if reply.status != http.client.OK:
        raise ServiceError(_refusal(body) or f"{url} answered {reply.status}")
    return _shown(body, form)


def _format(form: str) -> str:
    return "json" if form == "table" else form


def _shown(body: bytes, form: str) -> bytes:
    return as_text(json.loads(body)).encode() if form == "table" else body


def _refusal(body: bytes) -> str:
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return ""
