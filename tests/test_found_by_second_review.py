"""What a second reading found, each held by a test."""

import socket
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.faults.memory import require_memory_figures, resident_bytes
from tests.service import Service, command, receipt, with_catalogue
from tests.test_held import UNKNOWN


def test_a_comparison_has_the_totals_of_all_that_was_sold_before(service: Service) -> None:
    september = {"occurred_at": "2026-09-10T12:00:00+03:00"}
    milk = [{"product_id": 2, "quantity": "5", "amount": "500.00"}]
    service.post("/sales", receipt("before", lines=milk, **september)).raise_for_status()
    service.post("/sales", receipt("now")).raise_for_status()
    for name in ("products", "top-products", "abc"):
        for limit in (1, 10):
            asked = {"month": "2026-10", "compare": "previous", "limit": limit}
            totals = service.report(name, **asked)["totals"]
            assert totals["revenue_before"] == "500.00", name
            assert totals == service.report(name, **asked, store_id=1)["totals"]
    for name in ("products", "top-products", "abc", "stores"):
        nothing_now = service.report(name, month="2026-11", compare="previous")
        assert nothing_now["rows"] == []
        assert nothing_now["totals"]["revenue_before"] == "129.90"
        assert service.report(name, month="2026-12", limit=1)["rows"] == []


def test_what_is_discarded_is_never_counted(service: Service) -> None:
    for number in range(15):
        product_id = 1_000 + number
        lines = [UNKNOWN[0] | {"product_id": product_id}]
        service.post("/sales", receipt(f"d{number}", lines=lines))
        [one] = service.get("/held-sales").json()
        adding = threading.Thread(
            target=service.post, args=("/products", {"id": product_id, "name": "x", "price": "1"})
        )
        adding.start()
        gone = service.request("DELETE", f"/held-sales/{one['id']}", params={"reason": "a test"})
        adding.join()
        for _ in range(200):
            state = service.get(f"/held-sales/{one['id']}").json()["status"]
            if state != "held":
                break
        found = service.get(f"/sales/d{number}")
        if gone.status_code == 200:
            assert (state, found.status_code) == ("discarded", 404)
        else:
            assert (gone.status_code, found.json()["status"]) == (409, "counted")


def test_a_till_is_explained_by_its_own_store(service: Service) -> None:
    for store_id in (1, 2):
        sent = receipt(f"t{store_id}", store_id=store_id, till_id="T1", cashier_id="7")
        service.post("/sales", sent).raise_for_status()
    row = {"month": "2026-10", "till_id": "T1", "cashier_id": "7"}
    one = service.get("/reports/tills/explain", params=row | {"store_id": 1}).json()
    assert one["totals"]["revenue"] == "129.90"
    both = service.get("/reports/tills/explain", params=row | {"store_id": [1, 2]})
    assert both.status_code == 422
    other = {"month": "2026-10", "id": 1, "store_id": 2}
    assert service.get("/reports/stores/explain", params=other).status_code == 422


def test_mistyped_numbers_do_not_add_up_to_more_than_there_are(service: Service) -> None:
    for number in range(1_030):
        series = {"till_id": "T1", "series": f"S{number}"}
        for sequence_number in (0, 2**53 - 1):
            sent = receipt(
                f"n{number}-{sequence_number}", sequence_number=sequence_number, **series
            )
            if number % 500 == 0:
                service.post("/sales", sent).raise_for_status()
    lacking = service.report("summary", month="2026-10")["completeness"]
    assert lacking["missing_receipts"] == 3 * 1_000_000_000
    rows = service.report("completeness", month="2026-10")["rows"]
    assert rows[0]["missing_receipts"] == 3 * 1_000_000_000


def test_a_receipt_is_never_nowhere_while_it_becomes_counted(service: Service) -> None:
    seen: list[int] = []
    for number in range(10):
        product_id = 2_000 + number
        lines = [UNKNOWN[0] | {"product_id": product_id}]
        service.post("/sales", receipt(f"w{number}", lines=lines))
        adding = threading.Thread(
            target=service.post, args=("/products", {"id": product_id, "name": "x", "price": "1"})
        )
        adding.start()
        seen += [service.get(f"/sales/w{number}").status_code for _ in range(40)]
        adding.join()
    assert set(seen) == {200}


@pytest.mark.parametrize(
    "question",
    [{"store_id": 99}, {"sort": "colour"}, {"month": "2026-10", "period": "today"}],
)
def test_a_wrong_question_is_wrong_although_nothing_changed(
    service: Service, question: dict[str, Any]
) -> None:
    tag = service.get("/reports/stores").headers["ETag"]
    for sent in (tag, "*"):
        reply = service.get("/reports/stores", params=question, headers={"If-None-Match": sent})
        assert reply.status_code == 422


def test_another_language_is_another_file(service: Service) -> None:
    english = service.get("/reports/stores?format=csv", headers={"Accept-Language": "en"})
    russian = service.get("/reports/stores?format=csv", headers={"Accept-Language": "ru"})
    assert english.headers["ETag"] != russian.headers["ETag"]


def test_an_address_that_is_none_is_said(service: Service) -> None:
    for words in (("report", "summary"), ("check",)):
        done = command(*words, "--service", "http://127.0.0.1:x", database=service.database)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "does not answer" in done.stderr


def test_answers_that_nobody_reads_do_not_pile_up(database: Path) -> None:
    require_memory_figures()
    service = with_catalogue(Service(database))
    rows = "".join(f"{number},Product number {number},1.00\n" for number in range(10, 560))
    service.client.post(
        "/products/import",
        content=f"id,name,price\n{rows}",
        headers={"Content-Type": "text/csv"},
    ).raise_for_status()
    assert len(service.get("/products").content) < 64 << 10
    before = resident_bytes(service.process.pid)
    address = urlsplit(service.url)
    with socket.create_connection((str(address.hostname), address.port or 80)) as connection:
        connection.sendall(b"GET /api/v1/products HTTP/1.1\r\nHost: localhost\r\n\r\n" * 900)
        assert connection.recv(12, socket.MSG_PEEK) == b"HTTP/1.1 200"
        for _ in range(700):
            service.get("/sales/nothing")
        grown = resident_bytes(service.process.pid) - before
    for _ in range(20):
        service.get("/sales/nothing")
    status, said = service.stop()
    assert grown < 10 << 20, f"{grown:,} bytes"
    # And one who went without reading holds nothing up.
    assert (status, "cut off" in said, "Traceback" in said) == (0, False, False), said
