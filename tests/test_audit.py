"""The record of who did what: written with the change, read by managers, newest first."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.access import bearer, made_through
from tests.service import Service, command, receipt, serving, with_catalogue

UNKNOWN = [{"product_id": 77, "quantity": "1", "amount": "1.00"}]


def record(service: Service, headers: dict[str, str], **asked: Any) -> list[dict[str, Any]]:
    reply = service.get("/audit", params=asked, headers=headers)
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.json()
    return found


def test_every_change_is_noted_and_nothing_else(service: Service) -> None:
    owner = bearer(made_through(service, "manager", name="Owner"))
    till = bearer(made_through(service, "till", owner, name="T1", store_id=1))
    for name in ("a", "b"):
        service.post("/sales", receipt(name), headers=till).raise_for_status()
    for name in ("h", "i"):
        service.post("/sales", receipt(name, lines=UNKNOWN), headers=till).raise_for_status()
    start = record(service, owner, limit=1)[0]["id"]
    for method, path, body, headers in (
        ("POST", "/products", {"id": 50, "name": "Tea", "price": "1.00"}, owner),
        ("PUT", "/products/50", {"name": "Tea", "price": "2.00"}, owner),
        ("PUT", "/stores/50", {"address": "Street 50"}, owner),
        ("PATCH", "/products/50", {"price": "3.00"}, owner),
        ("DELETE", "/products/50", None, owner),
        ("DELETE", "/products/1", None, owner),
        ("POST", "/sales/a/void", {"reason": "left"}, till),
        ("POST", "/sales/h/void", None, till),
        ("POST", "/held-sales/1/retry", None, owner),
        ("DELETE", "/held-sales/2?reason=twice", None, owner),
        ("DELETE", "/keys/2", None, owner),
    ):
        reply = service.request(method, path, json=body, headers=headers)
        assert reply.is_success, (path, reply.text)
    # What changes nothing, or was refused, is no change.
    for method, path, body in (
        ("POST", "/sales/a/void", None),
        ("DELETE", "/keys/2", None),
        ("POST", "/products", {"id": 2, "name": "Milk", "price": "1.00"}),
        ("PATCH", "/products/9", {"unit": ""}),
        ("DELETE", "/products/999", None),
        ("POST", "/sales/none/void", None),
    ):
        service.request(method, path, json=body, headers=owner)
    found = [one for one in record(service, owner) if one["id"] > start][::-1]
    assert [(one["action"], one["subject"], one["actor"]) for one in found] == [
        ("product.create", "50", "Owner"),
        ("product.replace", "50", "Owner"),
        ("store.create", "50", "Owner"),
        ("product.change", "50", "Owner"),
        ("product.delete", "50", "Owner"),
        ("product.archive", "1", "Owner"),
        ("sale.void", "a", "T1"),
        ("sale.void", "h", "T1"),
        ("held.retry", "1", "Owner"),
        ("held.discard", "2", "Owner"),
        ("key.revoke", "2", "Owner"),
    ]
    void = found[6]
    assert (void["role"], void["key_id"], void["from"]) == ("till", 2, "127.0.0.1")
    assert void["detail"] == {"store_id": 1, "reason": "left"}
    assert found[3]["detail"] == {"price": "3.00"}
    assert found[9]["detail"] == {"reason": "twice"}


def test_imports_and_commands_are_noted(database: Path) -> None:
    assert command("import", "stores", "seed/stores.csv", database=database).returncode == 0
    with serving(database) as service:
        csv = {"content": "id,name,price\n1,Tea,1.00\n", "headers": {"Content-Type": "text/csv"}}
        service.client.post("/products/import", **csv).raise_for_status()
        made_through(service, "manager", name="Owner")
        assert command("key", "create", "--role", "reader", "--name", "R", database=database)
        owner = bearer(made_through_command(database))
        found = record(service, owner)[::-1]
    assert [(one["action"], one["actor"], one["from"]) for one in found] == [
        ("store.import", "operator at the command line", "the command line"),
        ("product.import", "anyone on this machine, before the first key", "127.0.0.1"),
        ("key.create", "anyone on this machine, before the first key", "127.0.0.1"),
        ("key.create", "operator at the command line", "127.0.0.1"),
        ("key.create", "operator at the command line", "127.0.0.1"),
    ]
    assert found[0]["detail"] == {"created": 12, "changed": 0, "unchanged": 0}


def made_through_command(database: Path) -> str:
    words = ("key", "create", "--role", "manager", "--name", "Second")
    return command(*words, database=database).stdout.strip()


def test_the_record_is_paged_and_asked_by_day_and_actor(service: Service) -> None:
    owner = bearer(made_through(service, "manager", name="Owner"))
    for product_id in range(20, 25):
        body = {"name": "Tea", "price": "1.00"}
        service.request("PUT", f"/products/{product_id}", json=body, headers=owner)
    every = record(service, owner)
    assert [one["id"] for one in every] == sorted((one["id"] for one in every), reverse=True)
    paged, path = [], "/audit?limit=2"
    while path:
        reply = service.get(path, headers=owner)
        paged += reply.json()
        link = reply.links.get("next")
        path = "" if link is None else service.url + link["url"]
    assert paged == every
    assert len(record(service, owner, actor="Owner")) == 5
    assert record(service, owner, to="2020-01-01") == []
    assert len(record(service, owner, **{"from": "2020-01-01"})) == len(every)
    assert service.get("/audit?colour=1", headers=owner).status_code == 422


def test_a_change_that_cannot_be_noted_is_not_made(database: Path) -> None:
    with serving(database) as service:
        with_catalogue(service)
        service.post("/sales", receipt("a")).raise_for_status()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON audit_records "
            "BEGIN SELECT RAISE(ABORT, 'not noted'); END"
        )
        connection.commit()
    service = Service(database)
    assert service.post("/sales/a/void").status_code == 500
    assert service.get("/sales/a").json()["status"] == "counted"
    assert service.request("DELETE", "/products/9").status_code == 500
    assert service.get("/products/9").status_code == 200
    assert service.post("/keys", {"role": "manager", "name": "M"}).status_code == 500
    assert service.get("/keys").json() == []
    service.stop()
