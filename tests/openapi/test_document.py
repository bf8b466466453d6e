"""The API's description: complete, valid, true of what is answered."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from quart_app.app import Services, create_app
from quart_app.clock import SystemClock
from quart_app.reports.registry import REPORTS
from quart_app.settings import load
from quart_app.web.openapi.codes import FAULTS, PROBLEMS, WARNINGS
from quart_app.web.openapi.document import undescribed
from tests.access import bearer, made_through
from tests.openapi.codes_in_source import codes_in_source
from tests.service import Service, command, serving

# Codes of values that are only ever read from settings, and the root of all.
NOT_OF_REQUESTS = {
    *("currency", "time_malformed", "error", "bad_hostname", "bad_origin"),
    # Of backups and copies.
    *("damaged", "differs"),
    # Of pages.
    *("sign_in_first", "too_many_streams"),
    *("catalogue_changed", "damaged_file", "no_file"),
    # Of mail.
    "mail_refused",
}


@pytest.fixture(scope="module")
def demonstrated(
    demonstration_catalogue: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The demonstration with its receipts."""
    database = tmp_path_factory.mktemp("demonstrated") / "sales.db"
    database.write_bytes(demonstration_catalogue.read_bytes())
    words = ("import", "sales", "--until-now", "seed/sales.csv.gz")
    done = command(*words, database=database, currency="USD")
    assert done.returncode == 0, done.stderr
    with serving(database, currency="USD") as service:
        yield service


def description(service: Service) -> dict[str, Any]:
    described: dict[str, Any] = service.client.get(f"{service.url}/openapi.json").json()
    return described


def test_every_route_says_what_it_is(tmp_path: Path) -> None:
    settings = load({"SALES_DATABASE": str(tmp_path / "sales.db")}, tmp_path / "none")
    app = create_app(Services(settings, SystemClock()))
    assert undescribed(app) == []

    @app.get("/api/v1/new")
    async def new() -> str:
        return ""

    assert undescribed(app) == ["GET /api/v1/new"]


def test_it_is_valid(shared_service: Service) -> None:
    described = description(shared_service)
    validate(described)
    assert described["openapi"].startswith("3.1")
    operations = [one for path in described["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(set(names)) == len(names)
    assert [one["operationId"] for one in operations if not one["summary"]] == []
    for name in REPORTS:
        assert f"/api/v1/reports/{name}" in described["paths"]


def test_it_is_known_by_its_tag(shared_service: Service) -> None:
    for path in ("/openapi.json", "/docs", "/docs/start.js"):
        first = shared_service.client.get(shared_service.url + path)
        assert first.status_code == 200
        known = {"If-None-Match": first.headers["ETag"]}
        again = shared_service.client.get(shared_service.url + path, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


def test_every_code_is_there_and_is_real() -> None:
    said = {code for codes in PROBLEMS.values() for code in codes} | FAULTS.keys() | WARNINGS.keys()
    given_out = codes_in_source()
    literal = {code for code in given_out if "*" not in code} - NOT_OF_REQUESTS
    assert literal - said == set()
    patterns = [code.replace("*", "[a-z]+") for code in given_out if "*" in code]
    assert len(patterns) >= 5
    made = {code for code in said - literal if any(re.fullmatch(one, code) for one in patterns)}
    assert said - literal - made - {"unknown_parameter", "missing_parameter"} == set()
    assert [one for one in patterns if not any(re.fullmatch(one, code) for code in made)] == []


def test_every_code_is_shown(shared_service: Service) -> None:
    described = description(shared_service)
    for status, codes in PROBLEMS.items():
        answer = described["components"]["responses"][str(status)]
        content = answer["content"]["application/problem+json"]
        assert content["schema"]["allOf"][1]["properties"]["code"]["enum"] == list(codes)
        assert [code for code in codes if f"`{code}`" not in answer["description"]] == []


# What is made must be there before it is read, and is taken away last.
ORDER = ("post", "put", "get", "patch", "delete")


def examples(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], int]]:
    """Each example as a request and its status: one for a call without a body."""
    calls = [
        (method, path, one)
        for path, its in described["paths"].items()
        for method, one in its.items()
    ]
    for method, path, one in sorted(
        calls, key=lambda call: (ORDER.index(call[0]), "{" in call[1], call[1])
    ):
        given = {part["name"]: part["example"] for part in one["parameters"] if "example" in part}
        place = path.format_map(given)
        given = {name: value for name, value in given.items() if f"{{{name}}}" not in path}
        content = one.get("requestBody", {}).get("content", {})
        if not content:
            statuses = [int(status) for status in one["responses"]]
            yield method, place, {"params": given}, min(statuses)
        for media_type, body in content.items():
            for example in body["examples"].values():
                how: dict[str, Any] = {"params": given}
                if media_type == "application/json":
                    how["json"] = example["value"]
                else:
                    how["content"] = example["value"]
                    how["headers"] = {"Content-Type": media_type}
                yield method, place, how, example["x-answered"]


def test_every_example_is_answered_as_it_says(demonstration: Service) -> None:
    # The first key; the example makes the second, from which on all need one.
    demonstration.client.headers = bearer(made_through(demonstration, "manager"))
    sent = list(examples(description(demonstration)))
    assert len(sent) > 60
    told = []
    for method, path, how, status in sent:
        reply = demonstration.client.request(method, demonstration.url + path, **how)
        told.append((method, path, how, reply.status_code, status))
    assert [one for one in told if one[-2] != one[-1]] == []


@pytest.mark.parametrize("name", REPORTS)
def test_real_reports_are_what_is_described(demonstrated: Service, name: str) -> None:
    described = description(demonstrated)
    path = described["paths"][f"/api/v1/reports/{name}"]["get"]
    schema = path["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator(schema | {"components": described["components"]})
    asked: list[dict[str, Any]] = [{}, {"period": "last-month"}, {"month": "2001-01"}]
    parameters = {one["name"] for one in path["parameters"]}
    asked += [{"compare": basis} for basis in ("previous", "year") if "compare" in parameters]
    if "as_of" in parameters:
        asked.append({"as_of": "2026-11-01T00:00:00Z"})
    if name == "top-products":
        asked.append({"by": "revenue", "period": "last-month"})
    for parameters in asked:
        envelope = demonstrated.report(name, **parameters)
        validator.validate(envelope)
        rows = schema_of(described, schema)["properties"]["rows"]["items"]
        for row in envelope["rows"]:
            assert set(row) <= set(schema_of(described, rows)["properties"])


def schema_of(described: dict[str, Any], reference: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = described["components"]["schemas"][reference["$ref"].split("/")[-1]]
    return found
