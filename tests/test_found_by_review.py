"""What hostile and clumsy users found, each held by a test."""

import gzip
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.service import ROOT, Service, command, environment, receipt, serving, with_catalogue

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("number", [b"1e99999999999999999999", b"1e-99999999999999999999"])
def test_a_number_with_a_huge_exponent_is_no_500(shared_service: Service, number: bytes) -> None:
    body = b'{"name": "A", "price": %s}' % number
    reply = shared_service.post("/products", content=body, headers=JSON)
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (422, "money_malformed")


def test_a_repeated_member_of_a_product_is_refused(shared_service: Service) -> None:
    body = (
        b'{"name":"A","name":"B","price":"1","price":"2","unit":"pcs","category":"x","gtin":null}'
    )
    reply = shared_service.request("PUT", "/products/50", content=body, headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (400, "repeated_member")


@pytest.mark.parametrize("body", [b"a" * 200_000, b"id,name\rprice\n", "id,name".encode("utf-16")])
def test_a_header_that_is_none_is_no_500(shared_service: Service, body: bytes) -> None:
    headers = {"Content-Type": "text/csv"}
    reply = shared_service.post("/products/import", content=body, headers=headers)
    assert reply.status_code in (400, 422)


@pytest.mark.parametrize(
    ("path", "kind", "size"),
    [
        ("/sales", "application/json", 1_500_000),
        ("/sales", "application/json", 8_500_000),
        ("/products/import", "text/csv", 9_000_000),
    ],
)
def test_a_body_that_is_too_long_has_one_code(
    shared_service: Service, path: str, kind: str, size: int
) -> None:
    reply = shared_service.post(path, content=b" " * size, headers={"Content-Type": kind})
    assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("mark", ['"{}"', 'W/"{}"', '"x", "{}"', "*"])
@pytest.mark.parametrize("query", ["", "?limit=5"])
def test_an_unchanged_catalogue_is_304_however_it_is_asked(
    shared_service: Service, mark: str, query: str
) -> None:
    edition = shared_service.get("/stores").headers["ETag"].strip('"')
    headers = {"If-None-Match": mark.format(edition)}
    assert shared_service.get(f"/stores{query}", headers=headers).status_code == 304


def test_a_change_whose_sender_hangs_up_makes_a_new_edition(service: Service) -> None:
    """The list, the entry and the ETag agree although the change's answer was never read."""
    address = urlsplit(service.url)
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            service.get("/products")

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    try:
        for i in range(40):
            body = b'{"name": "N%d", "price": "1"}' % i
            with socket.create_connection((address.hostname, address.port)) as raw:
                raw.sendall(
                    b"PUT /api/v1/products/1 HTTP/1.1\r\nHost: localhost\r\n"
                    b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
                )
                threading.Event().wait(i % 7 / 1000)
            one = service.get("/products/1").json()["name"]
            for _ in range(100):
                listed = service.get("/products").json()[0]["name"]
                settled = service.get("/products/1").json()["name"]
                if listed == settled == one:
                    break
                one = settled
            assert listed == settled
        assert settled != "Bread", "nothing was changed at all"
    finally:
        stop.set()
        for thread in asking:
            thread.join()


def test_the_log_of_a_database_that_is_gone_is_not_taken_for_a_new_ones(database: Path) -> None:
    service = with_catalogue(Service(database))
    service.post("/sales", receipt("r")).raise_for_status()
    service.stop(signal.SIGKILL)
    kept = database.read_bytes()
    database.unlink()
    refused = command("serve", database=database)
    assert refused.returncode == 1
    assert "put sales.db back" in refused.stderr
    database.write_bytes(kept)
    with serving(database) as restored:
        assert restored.get("/sales/r").status_code == 200


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbfSALES_PROT=1\r\n", "SALES_PROT is not a setting"),
        (b"\xff\xfeS", "not UTF-8"),
        (b"SALES_PORT\n", "line 1"),
    ],
)
def test_an_env_file_that_is_odd_is_read_or_refused(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / ".env").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "quart_app", "config"],
        cwd=tmp_path,
        env=environment(tmp_path / "s.db", {}) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("query", "name"),
    [("store_id=null", "store_id"), ("limit=NULL", "limit"), ("period=null", "period")],
)
def test_null_is_no_parameter(shared_service: Service, query: str, name: str) -> None:
    path = "/sales" if name == "store_id" else "/reports/top-products"
    reply = shared_service.get(f"{path}?{query}")
    assert reply.status_code == 422
    assert reply.json()["errors"][0]["path"] == name


def test_every_line_above_its_price_is_named(shared_service: Service) -> None:
    line = {"product_id": 1, "quantity": "1", "discount": "900"}
    good = {"product_id": 1, "quantity": "1"}
    reply = shared_service.post("/sales", receipt("d", lines=[line, good, line]))
    paths = [fault["path"] for fault in reply.json()["errors"]]
    assert paths == ["lines[0].discount", "lines[2].discount"]


def test_tax_is_a_part_of_what_was_paid_in_the_end(shared_service: Service) -> None:
    line = {"product_id": 1, "quantity": "1", "amount": "100.00", "tax": "20.00"}
    reply = shared_service.post("/sales", receipt("t", lines=[line], discount="100.00"))
    assert reply.json()["errors"][0]["path"] == "lines[0].tax"


def test_the_first_day_is_one_that_can_be_asked_for(shared_service: Service) -> None:
    sent = receipt("first", occurred_at="2000-01-01T00:00:00+14:00")
    assert shared_service.post("/sales", sent).status_code == 422


@pytest.mark.parametrize("target", ["folder", "/proc/nowhere/sales.db", "file/sales.db"])
def test_a_database_that_cannot_be_is_said_in_a_line(tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    for words in (["serve"], ["migrate", "current"]):
        done = command(*words, database=tmp_path / target)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "hard link" not in done.stderr


def test_files_that_break_off_or_are_of_another_kind(database: Path, tmp_path: Path) -> None:
    whole = gzip.compress(b"id,name,price\n" + os.urandom(40_000).hex().encode())
    (tmp_path / "short.gz").write_bytes(whole[:-2_000])
    (tmp_path / "utf16.csv").write_bytes("id,name,price\n1,A,1\n".encode("utf-16"))
    for name, said in (("short.gz", "breaks off"), ("utf16.csv", "UTF-8")):
        done = command("import", "products", str(tmp_path / name), database=database)
        assert done.returncode == 1
        assert said in done.stderr, done.stderr
        assert "Traceback" not in done.stderr
    piped = subprocess.run(
        [sys.executable, "-m", "quart_app", "import", "products", "-"],
        cwd=ROOT,
        env=environment(database, {}),
        input=gzip.compress(b"id,name,price\n1,A,1\n"),
        capture_output=True,
        check=True,
    )
    assert b"1 created" in piped.stdout
