"""The ``report`` command's work: a report from the database, or from a running service."""

import json
from collections.abc import Sequence
from urllib.parse import urlencode

from quart_app.app import Services
from quart_app.asking import asked
from quart_app.database import migrating
from quart_app.errors import Invalid, StorageRefused
from quart_app.parameters import read_parameters
from quart_app.reports.aligned import as_text
from quart_app.reports.files import form_of, written

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


def from_service(url: str, key: str, name: str, form: str, given: Parameters) -> bytes:
    """The same from a running service; ServiceError tells what it refused."""
    query = urlencode({**given, "format": [_format(form)]}, doseq=True)
    return _shown(asked(url, f"/reports/{name}?{query}", key), form)


def _format(form: str) -> str:
    return "json" if form == "table" else form


def _shown(body: bytes, form: str) -> bytes:
    return as_text(json.loads(body)).encode() if form == "table" else body
