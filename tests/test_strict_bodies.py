"""Bodies that are no bodies: refused with the reason, never a 500, nothing kept."""

import json
from typing import Any

import pytest

from tests.service import Service, receipt

JSON = {"Content-Type": "application/json"}
GOOD = json.dumps(receipt("good")).encode()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed_json"),
        (b"{", 400, "malformed_json"),
        (b"nul", 400, "malformed_json"),
        (b"[]", 422, "invalid_body"),
        (b'"text"', 422, "invalid_body"),
        (GOOD + b" x", 400, "malformed_json"),
        (b"\xef\xbb\xbf" + GOOD, 400, "malformed_json"),
        (GOOD.replace(b'"good"', b'"a\xff"'), 400, "malformed_utf8"),
        (GOOD.replace(b'"good"', b'"\\ud800"'), 400, "malformed_json"),
        (GOOD.replace(b'"good"', b'"a\\u0000"'), 422, "invalid_body"),
        (GOOD.replace(b'"64.95"', b"NaN"), 400, "malformed_json"),
        (GOOD.replace(b'"64.95"', b'"NaN"'), 422, "invalid_body"),
        (GOOD.replace(b'"64.95"', b"Infinity"), 400, "malformed_json"),
        (GOOD.replace(b'"64.95"', b"1e999999999"), 422, "invalid_body"),
        (GOOD.replace(b'"64.95"', b"9" * 5_000), 422, "invalid_body"),
        (GOOD.replace(b'"64.95"', b"[" * 100_000), 400, "too_deep"),
        (GOOD.replace(b'"64.95"', b"[" * 40 + b"]" * 40), 422, "invalid_body"),
        (GOOD.replace(b'"store_id": 1', b'"store_id": 99999999999999999999'), 422, "invalid_body"),
        (GOOD.replace(b'"store_id": 1', b'"store_id": 1, "store_id": 1'), 400, "repeated_member"),
        (
            GOOD.replace(b'"store_id": 1', b'"store_id"\t:1,"store\\u005fid":1'),
            400,
            "repeated_member",
        ),
    ],
)
def test_what_is_no_receipt_is_refused(
    shared_service: Service, body: bytes, status: int, code: str
) -> None:
    reply = shared_service.post("/sales", content=body, headers=JSON)
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert shared_service.get("/sales/good").status_code == 404


def test_a_repeated_member_is_named_with_its_place(shared_service: Service) -> None:
    body = GOOD.replace(b'"quantity": "2"', b'"quantity": "2", "quantity" : "3"')
    reply = shared_service.post("/sales", content=body, headers=JSON)
    assert reply.json()["errors"][0]["path"] == "lines[0].quantity"


def test_colons_and_escapes_in_texts_are_no_members(service: Service) -> None:
    for number, till in enumerate(('":', ': ":', '\\": "', "a:b", '"lines"', '\\\\":')):
        sent = receipt(f"colon-{number}", till_id=till)
        reply = service.post("/sales", sent)
        assert reply.status_code == 201, reply.text
        assert reply.json()["till_id"] == till
        assert service.post("/sales", sent).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/json; charset=utf-8"}, 201),
        ({"Content-Type": "APPLICATION/JSON"}, 200),
        ({}, 200),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
    ],
)
def test_the_type_of_a_body(service: Service, headers: dict[str, str], status: int) -> None:
    if status == 200:
        service.post("/sales", content=GOOD, headers=JSON).raise_for_status()
    assert service.post("/sales", content=GOOD, headers=headers).status_code == status


def test_a_body_that_is_too_long_is_refused_while_it_is_read(shared_service: Service) -> None:
    long = b'{"receipt_id": "' + b"a" * 2_000_000
    assert shared_service.post("/sales", content=long, headers=JSON).status_code == 413

    def chunks() -> Any:
        for _ in range(40):
            yield b" " * 65_536

    chunked = shared_service.post("/sales", content=chunks(), headers=JSON)
    assert (chunked.status_code, chunked.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/reports/nothing", 404, "report_not_found"),
        ("DELETE", "/sales", 405, "method_not_allowed"),
        ("PUT", "/sales/x", 405, "method_not_allowed"),
        ("GET", "/products/0", 404, "not_found"),
        ("GET", "/products/one", 404, "not_found"),
        ("GET", "/sales/%00", 404, "receipt_not_found"),
        ("GET", "/sales/%FF", 404, "receipt_not_found"),
        ("GET", "/sales?after=%00", 422, "invalid_parameter"),
        ("GET", "/products?q=%ED%A0%80", 200, ""),
    ],
)
def test_every_error_is_a_problem(
    shared_service: Service, method: str, path: str, status: int, code: str
) -> None:
    reply = shared_service.request(method, path)
    assert reply.status_code == status, reply.text
    if code:
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.json()["code"] == code
        assert reply.json()["status"] == status
    if status == 405:
        assert "GET" in reply.headers["Allow"]


def test_what_may_be_sent_is_named_where_there_are_few_choices(shared_service: Service) -> None:
    reply = shared_service.post("/sales", receipt("few", type="sell"))
    (fault,) = reply.json()["errors"]
    assert (reply.status_code, fault["path"], fault["code"]) == (422, "type", "wrong_value")
    assert fault["detail"] == "'sell' is not one of sale, return"
    reply = shared_service.get("/reports/summary", params={"period": "this_month"})
    (fault,) = reply.json()["errors"]
    assert (reply.status_code, fault["path"]) == (422, "period")
    assert "yesterday, this-week, last-week, this-month" in fault["detail"]
