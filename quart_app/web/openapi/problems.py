"""Problems as the description shows them: a schema, and an answer for each status."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import msgspec

from quart_app.web.openapi.codes import FAULTS, PROBLEMS
from quart_app.web.openapi.describing import Operation
from quart_app.web.openapi.values import Schema
from quart_app.web.problems import RETRY_AFTER_S, Problem

_REF = "#/components/schemas/{name}"
_OF_BODIES = (408, 413, 415, 422)
# What any call may be answered, and any that needs a key.
_OF_ALL = (400, 421, 431, 500, 503)
_OF_KEYS = (401, 403, 429)


def statuses(method: str, operation: Operation, *, names_one: bool) -> list[int]:
    """The problems that an operation may be answered with; 404 where its address names one."""
    found = {*_OF_ALL, *operation.problems}
    if operation.bodies:
        found.update(_OF_BODIES)
    if operation.query is not None:
        found.add(422)
    if names_one:
        found.add(404)
    if method != "GET":
        found.add(507)
    if not operation.is_open:
        found.update(_OF_KEYS)
    return sorted(found & PROBLEMS.keys())


def problem_schemas() -> dict[str, Schema]:
    """The schema of a problem, and of a fault in it."""
    schemas: dict[str, Schema] = msgspec.json.schema_components([Problem], ref_template=_REF)[1]
    schemas["Fault"]["properties"]["code"] = {
        "enum": list(FAULTS),
        "description": _table(FAULTS),
    }
    return schemas


def problem_answers() -> dict[str, Any]:
    """The answer of each status, by its number."""
    return {str(status): _answer(status, codes) for status, codes in sorted(PROBLEMS.items())}


def _answer(status: int, codes: dict[str, str]) -> dict[str, Any]:
    phrase = HTTPStatus(status).phrase
    code = next(iter(codes))
    form = {
        "allOf": [
            {"$ref": _REF.format(name=Problem.__name__)},
            {"properties": {"status": {"const": status}, "code": {"enum": list(codes)}}},
        ]
    }
    example = {"status": status, "title": phrase, "detail": codes[code], "code": code}
    answer: dict[str, Any] = {
        "description": f"{phrase}. {_table(codes)}",
        "content": {"application/problem+json": {"schema": form, "example": example}},
    }
    if HTTPStatus(status) in RETRY_AFTER_S:
        answer["headers"] = {
            "Retry-After": {
                "description": "Seconds to wait; nothing was written, sending it again is safe.",
                "required": True,
                "schema": {"type": "string", "pattern": "^[0-9]+$"},
            }
        }
    return answer


def _table(codes: dict[str, str]) -> str:
    return "\n".join(["`code`:", "", *_lines(codes)])


def _lines(codes: dict[str, str]) -> Iterator[str]:
    for code, meaning in codes.items():
        yield f"- `{code}`: {meaning}"
