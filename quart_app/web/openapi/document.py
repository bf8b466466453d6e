"""The document: every route of the app, with the schemas of all that they read and say."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from quart import Quart
from werkzeug.routing import Rule

from quart_app import __version__
from quart_app.values.money import Currency
from quart_app.web.openapi import texts
from quart_app.web.openapi.describing import Operation, is_described, operations_of
from quart_app.web.openapi.headers import ANSWERED, SENT
from quart_app.web.openapi.parameters import address, of_path, of_query
from quart_app.web.openapi.problems import problem_answers, problem_schemas, statuses
from quart_app.web.openapi.values import Schema, value_schemas

_REF = "#/components/schemas/{name}"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def document(app: Quart, currency: Currency) -> dict[str, Any]:
    """The whole description of the app's API."""
    found = list(_operations(app))
    schemas = _Schemas([one for _, _, one in found], value_schemas(currency))
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, operation in found:
        paths.setdefault(address(rule, operation), {})[method.lower()] = _operation(
            rule, method, operation, schemas
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "quart_app",
            "version": __version__,
            "summary": texts.SUMMARY,
            "description": texts.DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": texts.KEYS}
            },
            "responses": problem_answers(),
            "schemas": schemas.components | problem_schemas(),
        },
    }


def undescribed(app: Quart) -> list[str]:
    """The routes that say nothing of themselves, but for pages: those are for people."""
    return [
        f"{method} {rule.rule}"
        for rule, method, routine in _routes(app)
        if not is_described(routine) and not rule.endpoint.startswith(_PAGES)
    ]


_PAGES = "dashboard."


class _Schemas:
    """The schemas of the types that operations name; ``components`` has those with a name."""

    def __init__(self, operations: list[Operation], values: dict[str, Schema]) -> None:
        forms: list[Any] = []
        for one in operations:
            forms += [one.query] if one.query else []
            for form in (*one.bodies.values(), *(answer.form for answer in one.answers.values())):
                forms += form if isinstance(form, tuple) else [form]
        forms = [form for form in forms if form is not None and not isinstance(form, dict)]
        found, components = msgspec.json.schema_components(
            forms, schema_hook=_of_value, ref_template=_REF
        )
        self._of: dict[str, Schema] = dict(zip(map(str, forms), found, strict=True))
        queries = {one.query.__name__ for one in operations if one.query}
        self._queries: dict[str, Schema] = {name: components.pop(name) for name in queries}
        self.components: dict[str, Schema] = dict(sorted((components | values).items()))

    def of(self, form: Any) -> Schema:
        """The schema of a type, or of one of several; a schema is itself."""
        if isinstance(form, dict):
            return dict(form)
        if isinstance(form, tuple):
            return {"oneOf": [self.of(one) for one in form]}
        return self._of[str(form)]

    def of_query(self, form: type[Any]) -> Schema:
        """The schema of the parameters of a query as one object."""
        return self._queries[form.__name__]


def _of_value(kind: type) -> Schema:
    return {"$ref": _REF.format(name=kind.__name__)}


def _routes(app: Quart) -> Iterator[tuple[Rule, str, Callable[..., Any]]]:
    for rule in app.url_map.iter_rules():
        for method in _METHODS:
            if method in (rule.methods or ()):
                yield rule, method, app.view_functions[rule.endpoint]


def _operations(app: Quart) -> Iterator[tuple[Rule, str, Operation]]:
    for rule, method, routine in _routes(app):
        for operation in operations_of(routine):
            yield rule, method, operation


def _operation(rule: Rule, method: str, operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    constant = "_".join(operation.constants.values())
    described: dict[str, Any] = {
        "operationId": re.sub("[^a-z_]", "_", "_".join(filter(None, (rule.endpoint, constant)))),
        "tags": [rule.endpoint.partition(".")[0] if "." in rule.endpoint else "service"],
        "summary": operation.summary,
        "description": operation.description,
        "parameters": [
            *of_path(rule, operation),
            *(of_query(operation, schemas.of_query(operation.query)) if operation.query else ()),
            *(SENT[name] for name in operation.headers),
        ],
        "responses": _answers(rule, method, operation, schemas),
    }
    if operation.bodies:
        described["requestBody"] = {
            "required": not operation.is_body_optional,
            "content": {
                media_type: {"schema": schemas.of(form)} | _examples(operation, media_type)
                for media_type, form in operation.bodies.items()
            },
        }
    if operation.is_open:
        described["security"] = []
    return described


def _examples(operation: Operation, media_type: str) -> dict[str, Any]:
    examples = {
        f"{number}_answered_{one.status}": {
            "summary": f"{one.summary} ({one.status})",
            "value": one.body,
            "x-answered": one.status,
        }
        for number, one in enumerate(operation.examples, 1)
        if one.media_type == media_type
    }
    return {"examples": examples} if examples else {}


def _answers(rule: Rule, method: str, operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status, answer in operation.answers.items():
        shown: dict[str, Any] = {"description": answer.description}
        answers[str(status)] = shown
        if answer.headers:
            shown["headers"] = {name: ANSWERED[name] for name in answer.headers}
        content: dict[str, Any] = {name: {} for name in answer.media_types}
        if answer.form is not None:
            content = {"application/json": {"schema": schemas.of(answer.form)}} | content
        if content:
            shown["content"] = content
    names_one = bool(rule.arguments - operation.constants.keys())
    for status in statuses(method, operation, names_one=names_one):
        answers.setdefault(str(status), {"$ref": f"#/components/responses/{status}"})
    return answers
