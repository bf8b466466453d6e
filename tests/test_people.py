"""People: invited, listed and removed, by the API and on the command line."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.service import Service, command

INVITED = {"email": "Anna@Example.com", "name": "Anna", "role": "manager", "store_ids": [2]}


def test_somebody_is_invited_listed_changed_and_removed(service: Service) -> None:
    made = service.post("/people", INVITED)
    assert made.status_code == 201, made.text
    code = made.json()["code"]
    assert code.replace("-", "").isalnum()
    (shown,) = service.get("/people").json()
    assert "code" not in shown
    assert (shown["email"], shown["status"], shown["store_ids"]) == (
        "anna@example.com",
        "invited",
        [2],
    )
    changed = service.request("PUT", "/people/1", json=INVITED | {"store_ids": [1, 2]})
    assert changed.json()["store_ids"] == [1, 2]
    again = service.post("/people/1/invitation")
    assert again.status_code == 201
    assert again.json()["code"] != code
    assert service.request("DELETE", "/people/1").status_code == 204
    assert service.get("/people").json() == []
    assert service.request("DELETE", "/people/1").json()["code"] == "person_not_found"
    actions = [one["action"] for one in service.get("/audit").json()]
    wanted = ["person.remove", "person.invite", "person.change", "person.invite"]
    assert [one for one in actions if one.startswith("person.")] == wanted


def test_what_does_not_fit_is_refused(service: Service) -> None:
    assert service.post("/people", INVITED).status_code == 201
    for members, status, code in (
        ({}, 409, "person_exists"),
        ({"email": "b@example.com", "store_ids": []}, 422, "invalid_body"),
        ({"email": "b@example.com", "store_ids": [99]}, 422, "unknown_store"),
        ({"email": "b@example.com", "role": "owner"}, 422, "invalid_body"),
        ({"email": "no address"}, 422, "invalid_body"),
        # Both were 500: the database counts letters up to a NUL, and ß as what it is kept as.
        ({"email": "0@\0\x8a"}, 422, "invalid_body"),
        ({"email": f"{'ß' * 150}@example.com"}, 422, "invalid_body"),
        ({"email": "b@example.com", "language": "fr"}, 422, "invalid_body"),
    ):
        refused = service.post("/people", INVITED | members)
        assert (refused.status_code, refused.json()["code"]) == (status, code), members
    moved = service.request("PUT", "/people/1", json=INVITED | {"email": "c@example.com"})
    assert moved.status_code == 422
    assert len(service.get("/people").json()) == 1


def test_the_command_line_does_the_same_beside_a_service_and_without(
    service: Service, tmp_path: Path
) -> None:
    for database in (service.database, tmp_path / "alone.db"):
        words = ("--email", "o@example.com", "--name", "O", "--role", "owner")
        made = command("person", "invite", *words, database=database)
        assert made.returncode == 0, made.stderr
        code = made.stdout.strip()
        again = command("person", "code", "O@example.com", database=database)
        assert again.stdout.strip() not in ("", code)
        listed = command("person", "list", database=database).stdout.splitlines()
        assert listed[1].split() == ["1", "o@example.com", "O", "owner", "invited"]
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            (kept,) = connection.execute("SELECT quote(invitation_hash) FROM people").fetchone()
        assert code not in kept
        last = command("person", "remove", "o@example.com", database=database)
        assert last.returncode == 1
        assert "somebody has to own the shops" in last.stderr
