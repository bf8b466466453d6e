"""Every route for every identity, as one table: a route without a row fails."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from quart_app.app import Services, create_app
from quart_app.clock import SystemClock
from quart_app.settings import Settings
from tests.access import bearer, client, made_through
from tests.service import Service, receipt, serving, with_catalogue

IDENTITIES = (
    "none",
    "garbage",
    "revoked",
    "till",
    "other till",
    "reader",
    "manager",
    "expired",
    "basic",
)
UNKNOWN = [{"product_id": 77, "quantity": "1", "amount": "1.00"}]
HELD = "/held-sales/<id:held_id>"
KEY = "/keys/<id:key_id>"
ONE_PERSON = "/people/<id:person_id>"
PERSON = {"email": "a@example.com", "name": "A", "role": "manager", "store_ids": [1]}


class Call(NamedTuple):
    """What is sent, with {i} for the identity's place, and what each identity is answered."""

    path: str
    answers: str
    body: Any = None
    media_type: str = "application/json"


def of_all(path: str) -> Call:
    return Call(path, " ".join(["200"] * 9))


def of_readers(path: str, **sent: Any) -> Call:
    return Call(path, "401 401 401 403 403 200 200 401 401", **sent)


def of_tills(path: str) -> Call:
    return Call(path, "401 401 401 200 200 200 200 401 401")


def of_managers(path: str, status: int = 200, body: Any = None) -> Call:
    return Call(path, f"401 401 401 403 403 403 {status} 401 401", body)


def csv(path: str, body: str) -> Call:
    return of_managers(path, body=body)._replace(media_type="text/csv")


def of_catalogue(noun: str, entry: dict[str, Any]) -> dict[tuple[str, str], Call]:
    one = f"/{noun}/<id:entry_id>"
    row = f"id,{','.join(entry)}\n60,{','.join(entry.values())}\n"
    return {
        ("GET", f"/{noun}"): of_tills(f"/{noun}"),
        ("POST", f"/{noun}"): of_managers(f"/{noun}", 201, entry),
        ("GET", one): of_tills(f"/{noun}/1"),
        ("PUT", one): of_managers(f"/{noun}/50", 201, entry),
        ("PATCH", one): of_managers(f"/{noun}/50", 200, entry),
        ("DELETE", one): of_managers(f"/{noun}/50", 204),
        ("POST", f"/{noun}/import"): csv(f"/{noun}/import", row),
    }


# none, garbage, revoked, till of this store, of another, reader, manager, expired, wrong scheme
TABLE: dict[tuple[str, str], Call] = {
    **of_catalogue("products", {"name": "Tea", "price": "1.00"}),
    **of_catalogue("stores", {"address": "Street 50"}),
    ("POST", "/sales"): Call(
        "/sales", "401 401 401 201 403 403 201 401 401", receipt("new-{i}", store_id=1)
    ),
    # A batch is answered; what is another store's is rejected, which the test looks at.
    ("POST", "/sales/batch"): Call(
        "/sales/batch", "401 401 401 200 200 403 200 401 401", [receipt("batch-{i}", store_id=1)]
    ),
    ("POST", "/sales/<receipt_id>/void"): Call(
        "/sales/void-{i}/void", "401 401 401 200 403 403 200 401 401"
    ),
    ("GET", "/sales/<receipt_id>"): Call("/sales/kept", "401 401 401 200 403 200 200 401 401"),
    ("GET", "/sales"): of_tills("/sales"),
    ("GET", "/held-sales"): of_tills("/held-sales"),
    ("GET", HELD): Call("/held-sales/1", "401 401 401 200 403 200 200 401 401"),
    ("POST", f"{HELD}/retry"): of_managers("/held-sales/1/retry"),
    ("DELETE", HELD): of_managers("/held-sales/2?reason=a+test"),
    ("GET", "/tills"): of_tills("/tills"),
    ("GET", "/digest"): of_readers("/digest"),
    ("GET", "/check"): of_readers("/check"),
    ("GET", "/reports"): of_readers("/reports"),
    ("GET", "/reports/<name>"): of_readers("/reports/summary?month=2026-10"),
    ("GET", "/reports/<name>/explain"): of_readers("/reports/summary/explain?month=2026-10"),
    ("GET", "/keys"): of_readers("/keys"),
    ("POST", "/keys"): of_managers("/keys", 201, {"role": "reader", "name": "Another"}),
    ("DELETE", KEY): of_managers("/keys/7", 204),
    ("GET", "/audit"): of_managers("/audit"),
    ("GET", "/people"): of_managers("/people"),
    ("POST", "/people"): of_managers("/people", 201, PERSON | {"email": "b@example.com"}),
    ("PUT", ONE_PERSON): of_managers("/people/1", 200, PERSON),
    ("POST", f"{ONE_PERSON}/invitation"): of_managers("/people/1/invitation", 201),
    ("DELETE", ONE_PERSON): of_managers("/people/1", 204),
    ("GET", "//healthz"): of_all("//healthz"),
    ("GET", "//readyz"): of_all("//readyz"),
    ("GET", "//metrics"): of_readers("//metrics"),
    ("GET", "//openapi.json"): of_all("//openapi.json"),
    ("GET", "//docs"): of_all("//docs"),
    ("GET", "//docs/start.js"): of_all("//docs/start.js"),
    ("GET", "//docs/<version>/<name>"): of_all("//docs/5.35.0/swagger-ui.css"),
}


def routes() -> set[tuple[str, str]]:
    """Every method of every route but pages, those outside of the API with two slashes.

    Pages go by who is signed in: tests/dashboard/test_sign_in.py.
    """
    app = create_app(Services(Settings(database=Path("none.db")), SystemClock()))
    return {
        (method, rule.rule.removeprefix("/api/v1") if "/api/v1" in rule.rule else f"/{rule.rule}")
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith("dashboard.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, dict[str, Any]]]:
    """A service with something to see, and what each identity sends along."""
    database = tmp_path_factory.mktemp("matrix") / "sales.db"
    with serving(database) as service:
        with_catalogue(service)
        for name in ("kept", *(f"void-{i}" for i in range(9))):
            service.post("/sales", receipt(name)).raise_for_status()
        for name in ("held", "given-up"):
            assert service.post("/sales", receipt(name, lines=UNKNOWN)).status_code == 202
        service.post("/people", PERSON).raise_for_status()
        keys = {"manager": made_through(service, "manager")}
        sent = {"manager": bearer(keys["manager"])}
        for name, form in (
            ("till", {"role": "till", "store_id": 1}),
            ("other till", {"role": "till", "store_id": 2}),
            ("reader", {"role": "reader"}),
            ("revoked", {"role": "manager"}),
            ("expired", {"role": "manager", "expires": "2100-01-01"}),
            ("to be revoked", {"role": "manager"}),
        ):
            keys[name] = made_through(service, headers=sent["manager"], **form)
            sent[name] = bearer(keys[name])
        gone = service.request("DELETE", "/keys/5", headers=sent["manager"])
        assert gone.status_code == 204
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE access_keys SET expires_on = 20000 WHERE id = 6")
        connection.commit()
    sent |= {"none": {}, "garbage": bearer("garbage")}
    sent["basic"] = {"Authorization": f"Basic {keys['manager']}"}
    with serving(database) as service:
        yield service, sent


def test_every_route_has_a_row() -> None:
    assert routes() == set(TABLE)


@pytest.mark.parametrize(("place", "row"), list(enumerate(TABLE)), ids=str)
def test_every_identity_is_answered_as_the_table_says(
    known: tuple[Service, dict[str, Any]], place: int, row: tuple[str, str]
) -> None:
    service, sent = known
    call, answers = TABLE[row], []
    # Each route is asked from an address of its own: too many wrong keys would be another answer.
    with client(service, address=f"127.0.1.{place + 1}") as asking:
        for i, name in enumerate(IDENTITIES):
            path = call.path.replace("{i}", str(i))
            content = call.body if isinstance(call.body, str) else None
            # A live page goes on for ever: only its head is read.
            with asking.stream(
                row[0],
                path if path[:2] != "//" else service.url + path[1:],
                headers=sent[name] | ({} if content is None else {"Content-Type": call.media_type}),
                content=content,
                json=None if content is not None else _numbered(call.body, i),
            ) as reply:
                if (path, reply.status_code) != ("//live", 200):
                    reply.read()
            answers.append(str(reply.status_code))
            _require_a_good_answer(reply, name, path)
    assert " ".join(answers) == call.answers


def _numbered(body: Any, i: int) -> Any:
    if isinstance(body, list):
        return [_numbered(one, i) for one in body]
    if isinstance(body, dict) and "receipt_id" in body:
        return body | {"receipt_id": body["receipt_id"].replace("{i}", str(i))}
    return body


def _require_a_good_answer(reply: Any, name: str, path: str) -> None:
    if reply.status_code in (401, 403):
        assert reply.headers["Content-Type"] == "application/problem+json"
        problem = reply.json()
        assert problem["code"] in ("key_required", "wrong_key", "wrong_role", "other_store")
        assert (reply.headers.get("WWW-Authenticate") == "Bearer") == (reply.status_code == 401)
        assert (problem["code"] == "key_required") == (name == "none")
    if path == "/sales/batch" and reply.status_code == 200:
        status = "rejected" if name == "other till" else "created"
        assert reply.json()["results"][0]["status"] == status
    if name == "other till" and reply.status_code == 200 and path in ("/sales", "/tills"):
        assert reply.json() == []


def test_what_is_not_there_says_nothing_to_strangers(known: tuple[Service, dict[str, Any]]) -> None:
    service, sent = known
    with client(service, address="127.0.2.1") as asking:
        assert asking.get("/nothing").status_code == 401
        assert asking.get("/nothing", headers=sent["till"]).status_code == 404
        assert asking.put("/sales", headers=sent["till"]).status_code == 405
        assert asking.head("/sales").status_code == 401
        assert asking.options("/sales").status_code == 401
        assert asking.get("/sales/", headers=sent["other till"]).json() == []
        assert asking.get("//audit", headers=sent["reader"]).status_code == 404
        assert asking.get(f"{service.url}/nothing").status_code == 404
