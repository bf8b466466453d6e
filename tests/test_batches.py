"""Batches: each receipt by itself, both forms, packed or not, and what a trial run says."""

import gzip
import json
from typing import Any

import pytest

from tests.service import Service, receipt

NDJSON = {"Content-Type": "application/x-ndjson"}


def lines(*receipts: dict[str, Any] | str) -> str:
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in receipts)


def statuses(answer: dict[str, Any]) -> list[str]:
    assert [one["index"] for one in answer["results"]] == list(range(len(answer["results"])))
    return [one["status"] for one in answer["results"]]


def test_each_receipt_has_its_own_outcome_in_order(service: Service) -> None:
    service.post("/sales", receipt("there")).raise_for_status()
    unknown = [{"product_id": 77, "quantity": "1"}, {"product_id": 78, "quantity": "1"}]
    answer = service.batch(
        lines(
            receipt("new"),
            '{"receipt_id": "broken", ',
            receipt("there"),
            receipt("there", cashier_id="7"),
            receipt("held", lines=unknown),
            receipt("bad", lines=[{"product_id": 1, "quantity": "-1"}]),
            receipt("new"),
            '{"product_id": 1, "store_id": 1}',
            receipt("last"),
        )
    )
    assert statuses(answer) == [
        "created",
        "rejected",
        "duplicate",
        "conflict",
        "held",
        "rejected",
        "duplicate",
        "rejected",
        "created",
    ]
    counts = {name: answer[name] for name in ("created", "duplicate", "held", "conflict")}
    assert counts == {"created": 2, "duplicate": 2, "held": 1, "conflict": 1}
    assert answer["rejected"] == 3
    results = answer["results"]
    assert [one["code"] for one in results[4]["errors"]] == ["unknown_product"] * 2
    assert [one["path"] for one in results[4]["errors"]] == [
        "lines[0].product_id",
        "lines[1].product_id",
    ]
    assert results[1]["errors"][0]["code"] == "malformed_json"
    assert results[5]["errors"][0]["path"] == "lines[0].quantity"
    assert results[3]["errors"][0]["code"] == "receipt_conflict"
    assert "errors" not in results[0]
    totals = service.report("top-stores", month="2026-10")["totals"]
    assert totals == {"revenue": "389.70", "receipts": 3}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("form", ["application/x-ndjson", "application/json; charset=utf-8"])
def test_both_forms_packed_or_not(service: Service, form: str, packed: bool) -> None:
    some = [receipt(f"b{i}", till_id="T1", sequence_number=i) for i in range(1, 1_201)]
    body = (json.dumps(some) if "ndjson" not in form else lines(*some)).encode()
    headers = {"Content-Type": form} | ({"Content-Encoding": "gzip"} if packed else {})
    for word in ("created", "duplicate"):
        reply = service.client.post(
            "/sales/batch", content=gzip.compress(body) if packed else body, headers=headers
        )
        assert reply.status_code == 200, reply.text
        answer = reply.json()
        assert (answer[word], len(answer["results"])) == (1_200, 1_200)
        assert answer["acks"] == [
            {"store_id": 1, "till_id": "T1", "series": "", "ack_from": 1, "ack_through": 1_200}
        ]
    assert service.report("top-stores", month="2026-10")["totals"]["receipts"] == 1_200


def test_a_trial_run_answers_the_same_and_writes_nothing(service: Service) -> None:
    unknown = [{"product_id": 77, "quantity": "1"}]
    some = [receipt(f"t{i}", till_id="T1", sequence_number=i) for i in range(700)]
    body = lines(*some, receipt("h", lines=unknown), receipt("t1"), receipt("t0", reason="x"), "{")
    trial = service.batch(body, dry_run="true")
    assert service.get("/sales").json() == []
    assert service.get("/held-sales").json() == []
    assert service.get("/tills").json() == []
    real = service.batch(body)
    assert statuses(trial) == statuses(real)
    assert trial["acks"] == []
    assert [one.get("errors") for one in trial["results"]] == [
        one.get("errors") for one in real["results"]
    ]


def test_a_batch_is_written_beside_single_posts_and_counted_once(service: Service) -> None:
    some = [receipt(f"m{i}") for i in range(300)]
    for one in some[::3]:
        service.post("/sales", one).raise_for_status()
    answer = service.batch(lines(*some))
    assert (answer["created"], answer["duplicate"]) == (200, 100)
    assert service.report("top-stores", month="2026-10")["totals"]["receipts"] == 300


@pytest.mark.parametrize(
    "long", [" " * ((1 << 20) + 2) + "x" * (1 << 19), '"' + "x" * (3 << 20) + '"']
)
def test_a_line_that_is_too_long_keeps_its_place(service: Service, long: str) -> None:
    answer = service.batch(lines(receipt("one"), "", long, "  ", receipt("two")))
    assert statuses(answer) == ["created", "rejected", "created"]
    assert answer["results"][1]["errors"][0]["code"] == "receipt_too_large"


def test_an_empty_batch_is_a_batch(service: Service) -> None:
    for body in ("", "\n\n", "   \n"):
        assert service.batch(body)["results"] == []


def test_one_receipt_too_many_is_said_and_those_before_are_counted(service: Service) -> None:
    body = lines(*[receipt(f"x{i}") for i in range(10_001)])
    reply = service.client.post("/sales/batch", content=body, headers=NDJSON)
    assert (reply.status_code, reply.json()["code"]) == (413, "body_too_large")
    assert "10,000" in reply.json()["detail"]
    answer = service.batch(lines(*[receipt(f"x{i}") for i in range(10_000)]))
    assert answer["created"] + answer["duplicate"] == 10_000
    assert service.report("top-stores", month="2026-10")["totals"]["receipts"] == 10_000


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"Content-Type": "text/plain"}, b"", 415, "unsupported_media_type"),
        ({}, b"{}", 415, "unsupported_media_type"),
        (NDJSON | {"Content-Encoding": "br"}, b"", 415, "unsupported_media_type"),
        (NDJSON | {"Content-Encoding": "gzip"}, b"no gzip", 400, "malformed_gzip"),
        (
            NDJSON | {"Content-Encoding": "gzip"},
            gzip.compress(b"{}" * 999, mtime=0)[:-9],
            400,
            "malformed_gzip",
        ),
        ({"Content-Type": "application/json"}, b"{}", 400, "malformed_json"),
        ({"Content-Type": "application/json"}, b"[{]", 400, "malformed_json"),
        ({"Content-Type": "application/json"}, b"[" * 100_000, 400, "too_deep"),
    ],
)
def test_what_is_no_batch_is_said(
    shared_service: Service, headers: dict[str, str], body: bytes, status: int, code: str
) -> None:
    reply = shared_service.client.post("/sales/batch", content=body, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text


def test_parameters_are_known(shared_service: Service) -> None:
    reply = shared_service.client.post("/sales/batch?dry=1", content=b"", headers=NDJSON)
    assert (reply.status_code, reply.json()["errors"][0]["path"]) == (422, "dry")
