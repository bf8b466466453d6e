"""The daily digest: the figures of the page, once a day to each who asked, and to nobody else."""

import re
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from quart_app.values.calendar import parse_day
from tests.dashboard.today import count, local_now, noon_zone, sold, with_catalogue
from tests.people import manager, owner, sent
from tests.post_office import PostOffice, parts, post_office
from tests.service import Service, command, serving

YESTERDAY = local_now() - timedelta(days=1)
WEEK = timedelta(days=7)
PASSWORD = "the-mail-password"


def settings(office: PostOffice, **more: str) -> dict[str, str]:
    """Of a service that sends by this office; nothing is due before 23:59 unless told otherwise."""
    return {
        "timezone": noon_zone(),
        "smtp_host": "127.0.0.1",
        "smtp_port": str(office.port),
        "smtp_from": "sales@example.com",
        "digest_at": "23:59",
    } | more


def subscribe(service: Service, token: str, name: str = "Olga", **fields: str) -> None:
    reply = sent(service, "/me", token, name=name, digest="yes", **fields)
    assert reply.status_code == 303, reply.text


def until(met: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it has not come to that"
        time.sleep(0.02)


def ready(service: Service) -> dict[str, tuple[str, str]]:
    checks = httpx.get(f"{service.url}/readyz").json()["checks"]
    return {one["check"]: (one["verdict"], one["detail"]) for one in checks}


@pytest.fixture
def trading(traded: Path, tmp_path: Path) -> Path:
    """A file of the test's own with two shops, an owner and a manager who asked for digests."""
    database = tmp_path / "sales.db"
    database.write_bytes(traded.read_bytes())
    return database


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two shops that sold yesterday and a week before; the manager's is shop 2."""
    database = tmp_path_factory.mktemp("traded") / "sales.db"
    with post_office() as office, serving(database, **settings(office)) as service:
        token = owner(service)
        service.client.cookies.set("session", token)
        with_catalogue(service)
        count(
            service,
            sold("one", YESTERDAY, "1234.50"),
            sold("two", YESTERDAY, "765.50", store_id=2),
            sold("before", YESTERDAY - WEEK, "4000.00"),
        )
        subscribe(service, token)
        subscribe(service, manager(service, 2), name="Mark", language="ru")
        note = {"day": str(YESTERDAY.date()), "text": "Closed for repairs <b>"}
        assert sent(service, "/notes", token, store_id="1", **note).status_code == 303
    return database


def test_each_is_told_once_of_their_own_shops_in_their_language(trading: Path) -> None:
    with post_office() as office:
        due = settings(office, digest_at="00:00", hostnames="sales.example.com")
        with serving(trading, **due):
            until(lambda: len(office.messages) == 2)
            until(lambda: lacking(trading) == 0)
        # Once a day, whatever is started again.
        with serving(trading, **due) as service:
            until(lambda: ready(service)["mail"] == ("ok", "no digest waits"))
            count(service, sold("later", local_now(), "1.00"))
        assert len(office.messages) == 2
        by_address = {message["To"]: message for message in office.messages}
        assert set(by_address) == {"olga@example.com", "mark@example.com"}
        text, html = parts(by_address["olga@example.com"])
        for part in (text, html):
            assert "Mill Lane" in part
            assert "2,000.00" in part
            assert "50% less" in part
            assert f"https://sales.example.com/?day={YESTERDAY.date()}" in part
        assert "Mill Lane: Closed for repairs <b> (Olga)" in text
        assert "Closed for repairs &lt;b&gt;" in html
        assert not re.search(r"<(img|script|link)|src=", html)
        assert by_address["olga@example.com"]["From"] == "sales@example.com"
        assert by_address["olga@example.com"]["Auto-Submitted"] == "auto-generated"
        assert len({message["Message-ID"] for message in office.messages}) == 2
        text, html = parts(by_address["mark@example.com"])
        for part in (text, html):
            assert "765,50" in part.replace("\N{NO-BREAK SPACE}", " ")
            assert "Выручка" in part
            assert "Harbour" in part
            for other in ("Mill Lane", "2 000", "1 234", "repairs"):
                assert other not in part.replace("\N{NO-BREAK SPACE}", " ")


def lacking(database: Path) -> int:
    """How many are behind the one who is furthest on."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        row = connection.execute(
            "SELECT COUNT(*) FROM digests WHERE sent_for < ?",
            (parse_day(str(YESTERDAY.date())),),
        ).fetchone()
    return int(row[0])


def test_who_ends_it_is_told_no_more(trading: Path) -> None:
    with post_office() as office:
        with serving(trading, **settings(office)) as service:
            token = sent_in(service)
            assert "checked" in page(service, token)
            assert sent(service, "/me", token, name="Olga").status_code == 303
            assert "checked" not in page(service, token)
            service.client.cookies.set("session", token)
            for one in service.get("/people").json():
                if one["role"] == "manager":
                    service.request("DELETE", f"/people/{one['id']}").raise_for_status()
        with serving(trading, **settings(office, digest_at="00:00")) as service:
            until(lambda: ready(service)["mail"][0] == "ok")
        assert office.messages == []
    # Where no server is named nobody is asked, and what was asked for stays.
    with serving(trading, timezone=noon_zone()) as service:
        assert "checkbox" not in page(service, sent_in(service))
        assert "mail" not in ready(service)


def sent_in(service: Service) -> str:
    from tests.people import PASSWORD as OWNERS

    reply = sent(service, "/sign-in", email="olga@example.com", password=OWNERS)
    return str(reply.cookies["session"])


def page(service: Service, token: str) -> str:
    return httpx.get(f"{service.url}/me", cookies={"session": token}).text


def test_a_server_that_is_down_is_tried_again_and_delays_no_sale(trading: Path) -> None:
    with post_office() as office:
        port = office.port
    due = settings(office, digest_at="00:00", smtp_port=str(port))
    with serving(trading, **due) as service:
        until(lambda: ready(service)["mail"][0] == "warning")
        assert f"127.0.0.1:{port}" in ready(service)["mail"][1]
        assert httpx.get(f"{service.url}/readyz").status_code == 200
        with post_office(port) as office:
            until(lambda: len(office.messages) == 2)
            until(lambda: ready(service)["mail"][0] == "ok")


def test_a_wrong_password_is_a_warning_and_never_shown(trading: Path) -> None:
    with post_office(password="another") as office:
        named = {"smtp_user": "sales", "smtp_password": PASSWORD, "log": "debug"}
        service = Service(trading, **settings(office, digest_at="00:00", **named))
        until(lambda: ready(service)["mail"][0] == "warning")
        detail = ready(service)["mail"][1]
        status, said = service.stop()
        shown = command("config", database=trading, smtp_password=PASSWORD).stdout
    assert status == 0
    assert "refused the user or the password (535)" in detail
    assert "refused the user or the password (535)" in said
    assert PASSWORD not in detail + said + shown
    # Not again and again: it is one try for each of the two.
    assert sum("AUTH" in one for one in office.commands) == 2
    assert office.messages == []


def test_one_who_cannot_be_written_to_does_not_keep_it_from_others(trading: Path) -> None:
    with post_office(password=PASSWORD) as office:
        office.refused.add("olga")
        named = {"smtp_user": "sales", "smtp_password": PASSWORD}
        with serving(trading, **settings(office, digest_at="00:00", **named)) as service:
            until(lambda: "nobody here" in ready(service)["mail"][1])
        assert [one["To"] for one in office.messages] == ["mark@example.com"]


def test_a_server_that_hangs_holds_up_neither_sales_nor_the_end(trading: Path) -> None:
    """And what was not confirmed is sent again as the same message."""
    with post_office(hangs=True) as office:
        with serving(trading, **settings(office, digest_at="00:00")) as service:
            assert office.came.wait(30)
            service.client.cookies.set("session", sent_in(service))
        assert office.messages == []
    with post_office() as office, serving(trading, **settings(office, digest_at="00:00")):
        until(lambda: len(office.messages) == 2)


def test_nothing_goes_over_a_network_in_the_clear(trading: Path) -> None:
    """127.1 is this machine, but not by a name that says so."""
    with post_office(password=PASSWORD) as office:
        named = {"smtp_host": "127.1", "smtp_user": "sales", "smtp_password": PASSWORD}
        with serving(trading, **settings(office, digest_at="00:00", **named)) as service:
            until(lambda: ready(service)["mail"][0] == "warning")
            assert "STARTTLS" in ready(service)["mail"][1]
    assert [one.split()[0] for one in office.commands if one.split()[0] != "ehlo"] == []
    assert office.messages == []


def test_the_command_shows_it_and_sends_a_test_beside_a_service(trading: Path) -> None:
    with post_office() as office:
        named = settings(office)
        alone = command("digest", "--print", database=trading, **named)
        assert alone.returncode == 0, alone.stderr
        assert "Revenue: ₽2,000.00 (50% less)" in alone.stdout
        with serving(trading, **named) as service:
            beside = command("digest", "--print", database=trading, **named)
            assert beside.stdout == alone.stdout
            one = command(
                "digest", "--print", "--store", "2", "--language", "ru", database=trading, **named
            )
            assert "Mill Lane" not in one.stdout
            assert "Harbour" in one.stdout
            for _ in range(2):
                done = command(
                    "digest", "--send-test", "new@example.com", database=trading, **named
                )
                assert done.returncode == 0, done.stderr
            assert service.url
        first, second = office.messages
        assert parts(first)[0].strip() in alone.stdout
        assert first["Message-ID"] != second["Message-ID"]
    for words, said in (
        (["--print", "--store", "77"], "there is no store 77"),
        (["--print", "--day", "2099-01-01"], "still to come"),
        (["--send-test", "nobody"], "cannot be written to"),
    ):
        refused = command("digest", *words, database=trading, **named)
        assert refused.returncode != 0
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
    refused = command("digest", "--send-test", "a@example.com", database=trading)
    assert "SALES_SMTP_HOST" in refused.stderr


def test_a_server_needs_an_address_to_send_from(database: Path) -> None:
    refused = command("serve", database=database, smtp_host="127.0.0.1")
    assert refused.returncode != 0
    assert "SALES_SMTP_FROM" in refused.stderr


def test_there_is_none_of_a_day_still_to_come(shared_service: Service) -> None:
    for day in ("2099-01-01", "2101-01-01"):
        reply = shared_service.get("/digest", params={"day": day})
        told = reply.json()
        assert (reply.status_code, told["code"]) == (422, "invalid_parameter")
        assert [(one["path"], one["code"]) for one in told["errors"]] == [("day", "day_ahead")]
    operation = shared_service.client.get(f"{shared_service.url}/openapi.json").json()["paths"][
        "/api/v1/digest"
    ]["get"]
    assert "still to come" in operation["description"]
