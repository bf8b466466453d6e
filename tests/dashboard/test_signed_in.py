"""Being signed in: how long, by whom at once, and that it ends at once."""

import asyncio
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.people import PASSWORD, enter, manager, seen, sent, token_of
from tests.service import Service, serving, with_catalogue

DAY_US = 86_400_000_000
OLGA = {"name": "Olga", "email": "olga@example.com", "password": PASSWORD}
BOX = {"role": "manager", "name": "The box"}


@pytest.fixture
def service(database: Path) -> Iterator[Service]:
    with serving(database) as running:
        yield with_catalogue(enter(running))


@contextmanager
def followed(service: Service, token: str) -> Iterator[Iterator[str]]:
    """The lines of a live page, after its first event."""
    with httpx.stream(
        "GET", f"{service.url}/live", cookies={"session": token}, timeout=60
    ) as reply:
        lines = reply.iter_lines()
        assert next(line for line in lines if line.startswith("data: "))
        yield lines


async def at_once(service: Service, path: str, *forms: dict[str, Any]) -> list[int]:
    """The forms sent at the same time, each from an address of its own."""

    async def one(number: int, form: dict[str, Any]) -> int:
        transport = httpx.AsyncHTTPTransport(local_address=f"127.0.3.{number + 1}")
        async with httpx.AsyncClient(transport=transport, timeout=60) as client:
            headers = {"Origin": service.url}
            reply = await client.post(service.url + path, data=form, headers=headers)
            return reply.status_code

    return await asyncio.gather(*(one(*numbered) for numbered in enumerate(forms)))


async def test_a_whole_office_signs_in_at_once_from_one_address(service: Service) -> None:
    """Right ones are no reason to refuse each other, nor is a wrong one among them."""
    forms = [{"email": "olga@example.com", "password": PASSWORD} for _ in range(20)]
    forms[3] |= {"password": "a wrong password"}
    transport = httpx.AsyncHTTPTransport(local_address="127.0.3.200")
    async with httpx.AsyncClient(
        base_url=service.url, transport=transport, headers={"Origin": service.url}, timeout=60
    ) as client:
        replies = await asyncio.gather(*(client.post("/sign-in", data=one) for one in forms))
    assert [reply.status_code for reply in replies] == [303] * 3 + [401] + [303] * 16


def person_id(service: Service, email: str) -> int:
    found: int = next(one["id"] for one in service.get("/people").json() if one["email"] == email)
    return found


@pytest.mark.parametrize("how", ["removed", "other shops", "signed out", "new code used"])
def test_a_live_page_ends_as_soon_as_it_may_not_be_seen(service: Service, how: str) -> None:
    """Not only when the stream is old."""
    token = manager(service, 1)
    who = f"/people/{person_id(service, 'mark@example.com')}"
    with followed(service, token) as lines, followed(service, token_of(service)) as owners:
        match how:
            case "removed":
                service.request("DELETE", who).raise_for_status()
            case "other shops":
                form = {"email": "mark@example.com", "name": "Mark", "role": "manager"}
                service.request("PUT", who, json=form | {"store_ids": [2]}).raise_for_status()
            case "signed out":
                assert sent(service, "/sign-out", token).status_code == 303
            case _:
                code = service.post(f"{who}/invitation").json()["code"]
                assert sent(service, "/join", code=code, password=PASSWORD).status_code == 303
        # What went out before may still be there: a heartbeat, or a new minute. Ten minutes have
        # forty heartbeats.
        assert len(list(islice((line for line in lines if line), 4))) < 4
        service.post("/sales", {"product_id": 1, "store_id": 1}).raise_for_status()
        assert next(line for line in owners if line.startswith("data: "))


async def test_of_two_first_accounts_at_once_one_is_made(database: Path) -> None:
    with serving(database) as service:
        code = service.first_code()
        forms = [OLGA | {"code": code, "email": f"o{i}@example.com"} for i in range(4)]
        assert sorted(await at_once(service, "/welcome", *forms)) == [303, 401, 401, 401]
        assert len(service.get("/people").json()) == 1


async def test_a_code_is_good_for_one_of_those_who_send_it_at_once(service: Service) -> None:
    form = {"email": "m@example.com", "name": "M", "role": "owner"}
    code = service.post("/people", form).json()["code"]
    forms = [{"code": code, "password": f"{PASSWORD} {i}"} for i in range(4)]
    assert sorted(await at_once(service, "/join", *forms)) == [303, 401, 401, 401]


async def test_many_are_invited_and_many_keys_are_made_at_once(service: Service) -> None:
    headers = {"Authorization": f"Bearer {service.post('/keys', BOX).json()['key']}"}
    async with httpx.AsyncClient(base_url=f"{service.url}/api/v1", headers=headers) as client:
        forms = [{"email": f"p{i}@example.com", "name": "P", "role": "owner"} for i in range(8)]
        invited = await asyncio.gather(*(client.post("/people", json=one) for one in forms))
        made = await asyncio.gather(*(client.post("/keys", json=BOX) for _ in range(8)))
    assert {reply.status_code for reply in (*invited, *made)} == {201}
    assert len({reply.json()["id"] for reply in made}) == 8


async def test_the_last_of_several_owners_stays_when_all_go_at_once(service: Service) -> None:
    for i in range(4):
        form = {"email": f"o{i}@example.com", "name": "O", "role": "owner"}
        code = service.post("/people", form).json()["code"]
        assert sent(service, "/join", code=code, password=PASSWORD).status_code == 303
    ids = [one["id"] for one in service.get("/people").json()]
    async with httpx.AsyncClient(base_url=f"{service.url}/api/v1") as client:
        gone = await asyncio.gather(*(client.delete(f"/people/{one}") for one in ids))
    assert sorted(reply.status_code for reply in gone) == [204] * 4 + [409]


async def test_nobody_signs_in_who_is_removed_meanwhile(service: Service) -> None:
    """Passwords are looked at one at a time, so that some wait while their person is removed."""
    manager(service, 1)
    form = {"email": "mark@example.com", "password": PASSWORD}
    tries = asyncio.create_task(at_once(service, "/sign-in", *[form] * 5))
    await asyncio.sleep(0.1)
    who = person_id(service, "mark@example.com")
    gone = await asyncio.to_thread(service.request, "DELETE", f"/people/{who}")
    assert gone.status_code == 204
    assert set(await tries) <= {303, 401}
    assert 401 in await tries


@pytest.mark.parametrize("typed", ["ЖЖЖЖ-ЩЩЩЩ-ЫЫЫЫ", "１２３４", "—", "Ⅷ" * 12])
def test_a_code_of_other_letters_is_a_wrong_one(database: Path, typed: str) -> None:
    with serving(database) as service:
        for path, form in (("/welcome", OLGA), ("/join", {"password": PASSWORD})):
            assert sent(service, path, **form | {"code": typed}).status_code == 401


def test_a_code_may_be_typed_with_the_russian_letters_that_look_the_same(database: Path) -> None:
    with serving(database) as service:
        alike = str.maketrans("ABCEHKMPTX", "АВСЕНКМРТХ")
        code = service.first_code().translate(alike).lower()
        assert sent(service, "/welcome", **OLGA, code=code).status_code == 303


def test_a_browser_is_signed_in_for_as_long_as_it_comes_back_within_thirty_days(
    database: Path,
) -> None:
    def last_seen(days_ago: int | None = None) -> int:
        with closing(sqlite3.connect(database)) as connection:
            if days_ago is not None:
                sql = "UPDATE sign_ins SET last_seen_at_us = signed_in_at_us - ?"
                connection.execute(sql, (days_ago * DAY_US,))
                connection.commit()
            found = connection.execute("SELECT last_seen_at_us FROM sign_ins").fetchone()
            return int(found[0])

    with serving(database) as service:
        token = token_of(with_catalogue(enter(service)))
    before = last_seen(days_ago=29)
    service = Service(database)
    service.client.cookies.set("session", token)
    first, second = seen(service, "/me"), seen(service, "/me")
    service.stop(signal.SIGKILL)
    assert first.status_code == second.status_code == 200
    # The browser is told to keep it for another thirty days, once a day; a crash forgets nothing.
    assert first.headers["Set-Cookie"].startswith(f"session={token}; ")
    assert "Set-Cookie" not in second.headers
    assert last_seen() > before + 28 * DAY_US
    last_seen(days_ago=31)
    with serving(database) as service:
        service.client.cookies.set("session", token)
        assert seen(service, "/me").status_code == 303
