"""Keys: made and revoked beside a running service, holding at once, and known to nobody else."""

import re
import stat
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from tests.access import bearer, client, made, made_through
from tests.service import Service, command, receipt, serving, with_catalogue


def refused(said: str) -> str:
    assert "Traceback" not in said
    return said


def test_it_is_open_until_the_first_key_and_never_again(database: Path) -> None:
    with serving(database) as service:
        assert "until a first key is made" in (service.process.stdout or []).readline()  # type: ignore[union-attr]
        assert service.get("/stores", headers=bearer("of an older release")).status_code == 200
        key = made(database, "manager")
        assert service.get("/stores").status_code == 401
        assert service.get("/stores", headers=bearer(key)).status_code == 200
        # The client's connection is the same all the while.
        assert command("key", "revoke", "1", database=database).returncode == 0
        for headers in ({}, bearer(key)):
            assert service.get("/stores", headers=headers).status_code == 401
    with serving(database) as service:
        assert service.get("/stores").status_code == 401
        assert service.client.get(f"{service.url}/healthz").status_code == 200
        again = made(database, "manager")
        assert service.get("/stores", headers=bearer(again)).status_code == 200


def test_other_machines_are_served_only_with_a_key(database: Path) -> None:
    done = command("serve", database=database, host="0.0.0.0")
    assert done.returncode == 1
    assert "SALES_HOST" in refused(done.stderr)
    assert "key create --role manager" in done.stderr
    key = made(database, "manager")
    with serving(database, host="0.0.0.0") as service:
        url = service.url.replace("0.0.0.0", "127.0.0.1")
        assert service.client.get(f"{url}/api/v1/stores").status_code == 401
        answer = service.client.get(f"{url}/api/v1/stores", headers=bearer(key))
        assert answer.status_code == 200
        # The command finds the way to it too.
        assert "a key" in command("key", "list", database=database).stdout


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"role": "till"}, "store_id"),
        ({"role": "till", "store_id": 99}, "store_id"),
        ({"role": "reader", "store_id": 1}, "store_id"),
        ({"role": "owner"}, "role"),
        ({"role": "reader", "name": ""}, "name"),
        ({"role": "reader", "expires": "2020-01-01"}, "expires"),
        ({"role": "reader", "expires": "tomorrow"}, "expires"),
        ({"role": "reader", "key": "of my own"}, "key"),
    ],
)
def test_a_key_that_cannot_be_is_refused(
    shared_service: Service, form: dict[str, object], place: str
) -> None:
    reply = shared_service.post("/keys", {"name": "K"} | form)
    assert reply.status_code == 422
    assert [fault["path"] for fault in reply.json()["errors"]] == [place]
    assert shared_service.get("/keys").json() == []


def test_what_the_command_cannot_do_is_said(database: Path) -> None:
    assert "does not exist" in command("key", "list", database=database).stderr
    with serving(database):
        assert "there is no key 1" in command("key", "revoke", "1", database=database).stderr
    assert "there is no key 1" in command("key", "revoke", "1", database=database).stderr
    words = ("key", "create", "--role", "till", "--store", "99", "--name", "T")
    done = command(*words, database=database)
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no store 99" in refused(done.stderr)


def test_keys_are_listed_with_their_last_use_which_outlives_the_service(database: Path) -> None:
    with serving(database) as service:
        key = made_through(service, "reader", name="Office", expires="2100-12-31")
        unused = command("key", "list", database=database).stdout.splitlines()[1]
        service.get("/stores", headers=bearer(key)).raise_for_status()
        used = command("key", "list", database=database).stdout.splitlines()[1]
        assert len(re.findall(r"\d\d:\d\d:\d\d", unused)) == 1
        assert len(re.findall(r"\d\d:\d\d:\d\d", used)) == 2
        assert "2100-12-31" in used
    assert command("key", "list", database=database).stdout.splitlines()[1] == used


def test_two_keys_of_a_till_hold_side_by_side(service: Service) -> None:
    manager = bearer(made_through(service, "manager"))
    old, new = (
        bearer(made_through(service, "till", manager, name="T1", store_id=1)) for _ in range(2)
    )
    for i, headers in enumerate((old, new)):
        assert service.post("/sales", receipt(f"r-{i}"), headers=headers).status_code == 201
    assert service.request("DELETE", "/keys/2", headers=manager).status_code == 204
    assert service.request("DELETE", "/keys/2", headers=manager).status_code == 204
    assert service.post("/sales", receipt("r-3"), headers=old).status_code == 401
    assert service.post("/sales", receipt("r-3"), headers=new).status_code == 201


def test_a_large_body_without_a_key_is_answered(service: Service) -> None:
    made_through(service, "manager")
    port = service.client.base_url.port
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        # This client, as many, does not look for an answer while it sends.
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/api/v1/sales/batch", b"x" * (7 << 20), headers)
        assert connection.getresponse().status == 401
        connection.close()


def test_wrong_keys_are_slowed_and_good_ones_never(service: Service) -> None:
    good = made_through(service, "manager")
    with client(service, address="127.0.3.1") as one, client(service, address="127.0.3.2") as other:
        answers = [one.get("/stores", headers=bearer(f"wrong-{i}")) for i in range(13)]
        assert [reply.status_code for reply in answers] == [401] * 10 + [429] * 3
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
        assert answers[-1].json()["code"] == "too_many_attempts"
        assert one.get("/stores", headers=bearer(good)).status_code == 200
        assert one.get("/stores").status_code == 401
        assert other.get("/stores", headers=bearer("wrong")).status_code == 401


def test_a_store_that_a_key_is_bound_to_is_archived(service: Service) -> None:
    manager = bearer(made_through(service, "manager"))
    made_through(service, "till", manager, store_id=2)
    assert service.request("DELETE", "/stores/2", headers=manager).status_code == 204
    assert service.get("/stores/2", headers=manager).json()["archived"] is True


def test_the_text_of_a_key_is_kept_nowhere(database: Path, tmp_path: Path) -> None:
    service = Service(database)
    with_catalogue(service)
    keys = [made(database, "manager"), made(database, "till", "--store", "1")]
    for key in keys:
        service.get("/stores", headers=bearer(key)).raise_for_status()
        service.post("/sales", {"x": 1}, headers=bearer(key))
        service.get("/stores", headers=bearer(f"{key}x"))
        service.get("/audit", headers=bearer(key))
    files = {file: file.read_bytes() for file in database.parent.iterdir()}
    assert f"{database.name}-wal" in {file.name for file in files}
    _, said = service.stop()
    files |= {file: file.read_bytes() for file in database.parent.iterdir()}
    for key in keys:
        secret = key.split("_", 2)[2].encode()
        assert secret not in said.encode()
        assert [file for file, content in files.items() if secret in content] == []
    shown = command("config", database=database, key=keys[0])
    assert keys[0] not in shown.stdout + shown.stderr
    assert "(set)" in shown.stdout


class Listener(BaseHTTPRequestHandler):
    """Another program on this machine: it takes down what it is sent."""

    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.seen.append(str(self.headers))
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@pytest.fixture
def listener() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Listener)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_commands_beside_a_service_need_no_key_and_elsewhere_the_one_set(
    database: Path, tmp_path: Path, listener: str
) -> None:
    lock = database.with_name("sales.db.lock")
    elsewhere = tmp_path / "elsewhere.db"
    with serving(database) as service:
        key = made(database, "manager")
        assert stat.S_IMODE(lock.stat().st_mode) == 0o600
        operator = lock.read_text().splitlines()[2]
        check = ("check", "--service", service.url)
        import_ = ("import", "stores", "seed/stores.csv", "--to", service.url)
        report = ("report", "summary", "--service", service.url)
        for words in (check, import_, report):
            assert command(*words, database=database).returncode == 0, words
        for words in (check, import_):
            stranger = command(*words, database=elsewhere)
            assert stranger.returncode == 1
            assert "SALES_KEY" in refused(stranger.stderr), words
            assert command(*words, database=elsewhere, key=key).returncode == 0
        # The pass goes to nobody else on this machine.
        assert command("check", "--service", listener, database=database).returncode == 1
        assert Listener.seen
        assert operator not in "".join(Listener.seen)
        held = command("check", database=database)
        assert f"is held by process {service.process.pid}: another" in held.stderr
    assert lock.read_text() == ""
    with serving(database) as service:
        assert service.get("/stores", headers=bearer(operator)).status_code == 401
