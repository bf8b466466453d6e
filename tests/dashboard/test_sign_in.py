"""Who sees which page: the table of pages and people, forms from elsewhere, and sign-ins."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from quart_app.app import Services, create_app
from quart_app.clock import SystemClock
from quart_app.settings import Settings
from tests.dashboard.catalogue_rows import of_catalogues
from tests.dashboard.pages_of_notes import NOTES
from tests.dashboard.table import BOXES, UNKNOWN, Call
from tests.people import PASSWORD, enter, manager, sent, token_of
from tests.service import Service, command, receipt, serving, with_catalogue

PEOPLE = ("nobody", "garbage", "signed out", "removed", "owner", "manager")


JOINING = {"code": "0000-0000-0000", "password": PASSWORD}
TABLE: dict[tuple[str, str], Call] = {
    ("GET", "/"): Call("/", "303 303 303 303 200 200"),
    ("GET", "/live"): Call("/live", "401 401 401 401 200 200"),
    ("GET", "/reports"): Call("/reports", "303 303 303 303 200 200"),
    ("GET", "/reports/<name>"): Call("/reports/stores", "303 303 303 303 200 200"),
    ("GET", "/reports/<name>/receipts"): Call("/reports/abc/receipts", "303 303 303 303 422 422"),
    ("GET", "/receipts/<receipt_id>"): Call("/receipts/two", "303 303 303 303 200 403"),
    ("GET", "/assets/<name>"): Call("/assets/none", "404 404 404 404 404 404"),
    ("GET", "/welcome"): Call("/welcome", "303 303 303 303 303 303"),
    ("POST", "/welcome"): Call(
        "/welcome",
        "401 401 401 401 401 401",
        {"code": "0000-0000-0000", "name": "N", "email": "n@example.com", "password": PASSWORD},
    ),
    ("GET", "/sign-in"): Call("/sign-in", "200 200 200 200 200 200"),
    ("POST", "/sign-in"): Call(
        "/sign-in", "401 401 401 401 401 401", {"email": "x@example.com", "password": PASSWORD}
    ),
    ("GET", "/join"): Call("/join", "200 200 200 200 200 200"),
    ("POST", "/join"): Call("/join", "401 401 401 401 401 401", JOINING),
    **{row: Call(*sent) for row, sent in NOTES.items()},
    ("GET", "/me"): Call("/me", "303 303 303 303 200 200"),
    ("POST", "/me"): Call("/me", "401 401 401 401 303 303", {"name": "Another"}),
    ("POST", "/me/password"): Call(
        "/me/password", "401 401 401 401 401 401", {"old": "wrong", "password": PASSWORD}
    ),
    **BOXES,
    # The last, since nobody is signed in after it.
    ("POST", "/sign-out"): Call("/sign-out", "401 401 401 401 303 303"),
}
TABLE = {row: Call(*parts) for row, parts in of_catalogues().items()} | TABLE


def routes() -> set[tuple[str, str]]:
    app = create_app(Services(Settings(), SystemClock()))
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("dashboard.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("people") / "sales.db") as running:
        with_catalogue(enter(running))
        running.post("/sales", receipt("two", store_id=2)).raise_for_status()
        # In the second shop, which the manager does not see.
        assert running.post("/sales", receipt("held", store_id=2, lines=UNKNOWN)).status_code == 202
        yield running


@pytest.fixture
def tokens(service: Service) -> dict[str, str]:
    """A browser of each."""
    email = "gone@example.com"
    found = {
        "nobody": "",
        "garbage": "A" * 43,
        "signed out": manager(service, 1, email="left@example.com"),
        "removed": manager(service, 1, email=email),
        "owner": signed_in(service, "olga@example.com"),
        "manager": manager(service, 1),
    }
    assert sent(service, "/sign-out", found["signed out"]).status_code == 303
    for one in service.get("/people").json():
        if one["role"] == "manager" and one["email"] != "mark@example.com":
            assert service.request("DELETE", f"/people/{one['id']}").status_code == 204
    return found


@pytest.fixture(autouse=True)
def afterwards(service: Service) -> Iterator[None]:
    yield
    for one in service.get("/people").json():
        if one["role"] == "manager":
            service.request("DELETE", f"/people/{one['id']}")


def signed_in(service: Service, email: str, password: str = PASSWORD) -> str:
    reply = sent(service, "/sign-in", email=email, password=password)
    assert reply.status_code == 303, reply.text
    return str(reply.cookies["session"])


def asked(service: Service, method: str, call: Call, token: str, **headers: str) -> int:
    address = f"127.0.0.{2 + len(headers)}"
    with (
        httpx.Client(
            transport=httpx.HTTPTransport(local_address=address, verify=False),
            cookies={"session": token} if token else None,
        ) as client,
        client.stream(
            method,
            service.url + call.path,
            data=call.fields if method == "POST" else None,
            headers=headers,
        ) as reply,
    ):
        return reply.status_code


def test_every_page_has_a_row() -> None:
    assert routes() == set(TABLE)


def test_everybody_is_answered_as_the_table_says(service: Service, tokens: dict[str, str]) -> None:
    """From many addresses, since each may guess a few times only."""
    told, number = {}, 0
    for (method, rule), call in TABLE.items():
        answers = []
        for name in PEOPLE:
            number += 1
            address = f"127.1.{number // 200}.{number % 200 + 1}"
            with (
                httpx.Client(
                    transport=httpx.HTTPTransport(local_address=address, verify=False),
                    cookies={"session": tokens[name]} if tokens[name] else None,
                ) as client,
                client.stream(
                    method,
                    service.url + call.path,
                    data=call.fields if method == "POST" else None,
                    headers={"Origin": service.url},
                ) as reply,
            ):
                answers.append(str(reply.status_code))
        told[method, rule] = " ".join(answers)
    assert told == {row: call.answers for row, call in TABLE.items()}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_no_form_comes_from_elsewhere(
    service: Service, tokens: dict[str, str], headers: dict[str, str]
) -> None:
    before = service.get("/people").json()
    for (method, rule), call in TABLE.items():
        if method == "POST":
            assert asked(service, method, call, tokens["owner"], **headers) == 403, rule
    assert service.get("/people").json() == before
    assert asked(service, "GET", TABLE["GET", "/me"], tokens["owner"]) == 200


def test_a_token_from_before_is_never_good_after_signing_in(service: Service) -> None:
    """Nobody can plant one, and one that was there ends."""
    planted = "B" * 43
    first = sent(service, "/sign-in", planted, email="olga@example.com", password=PASSWORD)
    token = first.cookies["session"]
    assert token not in (planted, "")
    again = sent(service, "/sign-in", token, email="olga@example.com", password=PASSWORD)
    assert again.cookies["session"] != token
    me = TABLE["GET", "/me"]
    assert asked(service, "GET", me, planted) == asked(service, "GET", me, token) == 303
    assert asked(service, "GET", me, again.cookies["session"]) == 200


def test_a_new_password_signs_everybody_else_out(service: Service) -> None:
    manager(service, 1)
    here, there = signed_in(service, "mark@example.com"), signed_in(service, "mark@example.com")
    changed = sent(service, "/me/password", here, old=PASSWORD, password="another long password")
    assert changed.status_code == 303
    me = TABLE["GET", "/me"]
    assert asked(service, "GET", me, there) == asked(service, "GET", me, here) == 303
    assert asked(service, "GET", me, changed.cookies["session"]) == 200
    reply = sent(service, "/sign-in", email="mark@example.com", password=PASSWORD)
    assert reply.status_code == 401


def test_the_cookie_is_for_this_service_alone(service: Service) -> None:
    form = {"email": "olga@example.com", "password": PASSWORD}
    plain = sent(service, "/sign-in", **form).headers["Set-Cookie"]
    assert re.fullmatch(
        r"session=[\w-]{43}; Expires=[^;]+; Max-Age=2592000; HttpOnly; Path=/; SameSite=Lax", plain
    )
    by_tls = httpx.post(
        f"{service.url}/sign-in",
        data=form,
        headers={"Origin": service.url, "X-Forwarded-Proto": "https"},
    ).headers["Set-Cookie"]
    assert by_tls.startswith("__Host-session=")
    assert "; Secure; " in by_tls


@pytest.mark.parametrize(
    ("next_", "place"),
    [
        ("/reports?a=1", "/reports?a=1"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("", "/"),
    ],
)
def test_one_is_led_on_to_pages_of_this_service_alone(
    service: Service, next_: str, place: str
) -> None:
    reply = httpx.post(
        f"{service.url}/sign-in",
        params={"next": next_},
        data={"email": "olga@example.com", "password": PASSWORD},
        headers={"Origin": service.url},
    )
    assert (reply.status_code, reply.headers["Location"]) == (303, place)


def test_wrong_tries_are_slowed_and_right_ones_are_not(service: Service) -> None:
    """Twenty right ones in a minute from one address, then wrong ones from another."""

    def tried(address: str, password: str) -> int:
        with httpx.Client(transport=httpx.HTTPTransport(local_address=address)) as client:
            return client.post(
                f"{service.url}/sign-in",
                data={"email": "olga@example.com", "password": password},
                headers={"Origin": service.url},
            ).status_code

    assert {tried("127.0.2.1", PASSWORD) for _ in range(12)} == {303}
    wrong = [tried("127.0.2.2", "a wrong password") for _ in range(12)]
    assert wrong == [401] * 10 + [429] * 2
    assert tried("127.0.2.2", PASSWORD) == 429
    assert tried("127.0.2.1", PASSWORD) == 303


async def test_tries_at_once_are_counted_before_they_are_known(service: Service) -> None:
    """Many at the same time get no more than their share."""
    transport = httpx.AsyncHTTPTransport(local_address="127.0.2.3")
    async with httpx.AsyncClient(transport=transport, timeout=60) as client:
        replies = await asyncio.gather(
            *(
                client.post(
                    f"{service.url}/sign-in",
                    data={"email": "olga@example.com", "password": f"a wrong password {i}"},
                    headers={"Origin": service.url},
                )
                for i in range(30)
            )
        )
    assert sorted(reply.status_code for reply in replies) == [401] * 10 + [429] * 20


def test_no_password_token_or_code_is_in_the_file(database: Path) -> None:
    with serving(database) as service:
        code = service.first_code()
        service.client.cookies.set("session", "")
        reply = sent(
            service, "/welcome", code=code, name="O", email="o@example.com", password=PASSWORD
        )
        token = reply.cookies["session"]
        invited = {"email": "m@example.com", "name": "M", "role": "owner"}
        given = service.post("/people", invited).json()["code"]
    kept = database.read_bytes()
    assert b"$argon2id$" in kept
    for secret in (code, token, given, PASSWORD):
        assert secret.encode() not in kept
    # A restart keeps whoever is signed in, and prints no code any more.
    with serving(database) as service:
        assert asked(service, "GET", TABLE["GET", "/me"], token) == 200
        assert "code" not in service.stop()[1]


def test_a_lost_password_is_replaced_from_the_command_line(service: Service) -> None:
    manager(service, 1)
    done = command("person", "code", "mark@example.com", database=service.database)
    reply = sent(service, "/join", code=done.stdout.strip(), password="a newer long password")
    assert reply.status_code == 303
    assert sent(service, "/join", code=done.stdout.strip(), password=PASSWORD).status_code == 401
    assert token_of(service)
