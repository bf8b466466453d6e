"""The parameters of an address and of a query."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from werkzeug.routing import Rule

from quart_app.values.identifiers import Id, ReceiptId
from quart_app.web.openapi.describing import Operation
from quart_app.web.openapi.values import Schema

# The texts in addresses, by their names.
_TEXTS = {"receipt_id": ReceiptId}
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")


def address(rule: Rule, operation: Operation) -> str:
    """The address with its parts in braces, and in its place what is constant."""
    return _PART.sub(lambda part: operation.constants.get(part[2], f"{{{part[2]}}}"), rule.rule)


def of_path(rule: Rule, operation: Operation) -> Iterator[dict[str, Any]]:
    """The parts of an address that are to be filled in."""
    for kind, name in _PART.findall(rule.rule):
        if name in operation.constants:
            continue
        schema = msgspec.json.schema(Id if kind in ("id", "int") else _TEXTS.get(name, str))
        part = {"name": name, "in": "path", "required": True, "schema": schema}
        yield _with_example(operation, part)


def of_query(operation: Operation, form: Schema) -> Iterator[dict[str, Any]]:
    """The members of a query's form, each as a parameter."""
    for name, member in form["properties"].items():
        yield _with_example(
            operation,
            {
                "name": name,
                "in": "query",
                "required": name in form.get("required", ()),
                "schema": _given(member),
            },
        )


def _given(member: Schema) -> Schema:
    """What may be given: a parameter that is left out is not null."""
    kinds = [kind for kind in member.get("anyOf", ()) if kind != {"type": "null"}]
    if not kinds:
        return member
    rest = {name: more for name, more in member.items() if name != "anyOf"}
    if rest.get("default", "") is None:
        del rest["default"]
    return rest | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds})


def _with_example(operation: Operation, parameter: dict[str, Any]) -> dict[str, Any]:
    if parameter["name"] in operation.parameters:
        parameter["example"] = operation.parameters[parameter["name"]]
    return parameter
