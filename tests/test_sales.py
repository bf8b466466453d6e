"""Taking sales over HTTP: both forms, the arithmetic, and counting each once for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.service import Service, receipt, serving, with_catalogue

LINE = {"product_id": 1, "quantity": "1", "amount": "10.00"}


def codes(reply: Any) -> list[tuple[str, str]]:
    return [(fault["path"], fault["code"]) for fault in reply.json()["errors"]]


def revenue(service: Service) -> tuple[str, int]:
    totals = service.report("top-stores", month="2026-10")["totals"]
    return totals["revenue"], totals["receipts"]


def test_the_short_form_is_one_piece_now_at_the_catalogues_price(service: Service) -> None:
    reply = service.post("/sales", {"product_id": 1, "store_id": 2})
    assert reply.status_code == 201
    sale = reply.json()
    assert reply.headers["Location"] == f"/api/v1/sales/{sale['receipt_id']}"
    assert service.get(f"/sales/{sale['receipt_id']}").json() == sale
    assert (sale["status"], sale["type"], sale["amount"]) == ("counted", "sale", "64.95")
    assert sale["occurred_at"].endswith("+10:00")
    weighed = service.post("/sales", {"product_id": 9, "store_id": 1, "quantity": 0.455}).json()
    assert weighed["lines"][0] == {
        "line_no": 1,
        "product_id": 9,
        "quantity": "0.455",
        "unit": "kg",
        "unit_price": "400.00",
        "gross": "182.00",
        "discount": "0.00",
        "amount": "182.00",
        "tax": "0.00",
    }
    assert "warnings" not in weighed


def test_the_short_form_twice_is_two_sales_unless_a_key_says_it_is_one(service: Service) -> None:
    short = {"product_id": 1, "store_id": 1, "occurred_at": "2026-10-05T12:00:00Z"}
    assert [service.post("/sales", short).status_code for _ in range(2)] == [201, 201]
    key = {"Idempotency-Key": "a key of the till's"}
    first = service.post("/sales", short, headers=key)
    again = service.post("/sales", short, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json() == first.json()
    assert revenue(service) == ("194.85", 3)
    other = service.post("/sales", short | {"quantity": 2}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "receipt_conflict")


def test_the_example_of_the_docs_adds_up(service: Service) -> None:
    sent = {
        "receipt_id": "7-T1-000118",
        "store_id": 1,
        "till_id": "T1",
        "sequence_number": 118,
        "type": "sale",
        "occurred_at": "2026-10-21T10:15:00+03:00",
        "cashier_id": "12",
        "promo_code": "AUTUMN",
        "discount": "10.00",
        "lines": [
            {"product_id": 1, "quantity": "2", "unit_price": "64.95", "discount": "0.00"},
            {"product_id": 9, "quantity": "0.455", "amount": "182.00"},
        ],
        "tenders": [{"type": "card", "amount": "301.90"}],
    }
    sale = service.post("/sales", sent).json()
    assert (sale["gross"], sale["discount"], sale["amount"]) == ("311.90", "10.00", "301.90")
    assert [line["discount"] for line in sale["lines"]] == ["4.16", "5.84"]
    assert [line["amount"] for line in sale["lines"]] == ["125.74", "176.16"]
    assert sale["business_date"] == "2026-10-21"
    assert "warnings" not in sale
    assert sale["tenders"] == sent["tenders"]
    assert sale.items() >= {k: sent[k] for k in ("till_id", "promo_code", "cashier_id")}.items()


@pytest.mark.parametrize(
    ("line", "gross", "discount", "amount"),
    [
        ({"quantity": "3", "unit_price": "0.335"[:4]}, "0.99", "0.00", "0.99"),
        # Half a kopeck goes up.
        ({"quantity": "0.5", "unit_price": "0.01"}, "0.01", "0.00", "0.01"),
        ({"quantity": "0.499", "unit_price": "0.01"}, "0.00", "0.00", "0.00"),
        ({"quantity": "1.005", "unit_price": "100.00"}, "100.50", "0.00", "100.50"),
        ({"quantity": "2", "unit_price": "5.00", "discount": "10.00"}, "10.00", "10.00", "0.00"),
        ({"quantity": "2", "amount": "7.00", "discount": "3.00"}, "10.00", "3.00", "7.00"),
        ({"quantity": "2", "discount": "0.95"}, "129.90", "0.95", "128.95"),
    ],
)
def test_a_lines_sums(
    shared_service: Service, line: dict[str, str], gross: str, discount: str, amount: str
) -> None:
    name = f"sum-{abs(hash(tuple(line.items())))}"
    reply = shared_service.post("/sales", receipt(name, lines=[{"product_id": 1} | line]))
    assert reply.status_code == 201, reply.text
    kept = reply.json()["lines"][0]
    assert (kept["gross"], kept["discount"], kept["amount"]) == (gross, discount, amount)


def test_where_the_tills_figures_disagree_the_amounts_count_and_it_is_said(
    service: Service,
) -> None:
    sent = receipt(
        "w-1",
        lines=[{"product_id": 1, "quantity": "2", "unit_price": "64.95", "amount": "130.00"}],
        tenders=[{"type": "cash", "amount": "129.90"}],
    )
    sale = service.post("/sales", sent).json()
    assert sale["amount"] == "130.00"
    assert [(one["path"], one["code"]) for one in sale["warnings"]] == [
        ("lines[0].amount", "amount_differs"),
        ("tenders", "tenders_differ"),
    ]
    assert service.get("/sales/w-1").json()["warnings"] == sale["warnings"]
    assert revenue(service) == ("130.00", 1)


@pytest.mark.parametrize(
    ("members", "place"),
    [
        (
            {"lines": [LINE | {"amount": None, "unit_price": "1", "discount": "1.01"}]},
            ("lines[0].discount", "discount_too_large"),
        ),
        ({"lines": [LINE], "discount": "10.01"}, ("discount", "discount_too_large")),
        ({"lines": [LINE | {"tax": "10.01"}]}, ("lines[0].tax", "tax_too_large")),
        (
            {"lines": [LINE | {"amount": "9999999999.99"}] * 2},
            ("lines", "receipt_too_large"),
        ),
        (
            {"lines": [LINE, LINE | {"product_id": 77}, LINE | {"product_id": 78}]},
            ("lines[1].product_id", "unknown_product"),
        ),
        ({"store_id": 99}, ("store_id", "unknown_store")),
        ({"lines": []}, ("lines", "wrong_value")),
        ({"lines": [LINE] * 1001}, ("lines", "wrong_value")),
        ({"lines": [LINE | {"quantity": "0"}]}, ("lines[0].quantity", "quantity_zero")),
        ({"lines": [LINE | {"quantity": "-1"}]}, ("lines[0].quantity", "quantity_malformed")),
        ({"lines": [LINE | {"quantity": "1.0005"}]}, ("lines[0].quantity", "quantity_precision")),
        ({"lines": [LINE | {"amount": "1.005"}]}, ("lines[0].amount", "money_precision")),
        ({"lines": [LINE | {"colour": 1}]}, ("lines[0].colour", "unknown_member")),
        ({"type": "gift"}, ("type", "wrong_value")),
        ({"receipt_id": "---"}, ("receipt_id", "wrong_value")),
        ({"receipt_id": "a" * 65}, ("receipt_id", "wrong_value")),
        ({"receipt_id": "a/b"}, ("receipt_id", "wrong_value")),
        ({"receipt_id": "a\n"}, ("receipt_id", "wrong_value")),
        ({"sequence_number": -1}, ("sequence_number", "wrong_value")),
        ({"occurred_at": "2026-10-05T12:00:00"}, ("occurred_at", "instant_malformed")),
        ({"occurred_at": "1999-10-05T12:00:00Z"}, ("occurred_at", "instant_out_of_range")),
        ({"occurred_at": "2090-10-05T12:00:00Z"}, ("occurred_at", "in_the_future")),
        ({"tenders": [{"type": "", "amount": "1"}]}, ("tenders[0].type", "wrong_value")),
        ({"till_id": "T\x00"}, ("till_id", "wrong_value")),
        ({"store_id": 1.0}, ("store_id", "wrong_type")),
    ],
)
def test_a_receipt_that_cannot_be_names_the_place_and_is_not_kept(
    shared_service: Service, members: dict[str, Any], place: tuple[str, str]
) -> None:
    reply = shared_service.post("/sales", receipt("refused") | members)
    assert reply.status_code == 422, reply.text
    assert place in codes(reply)
    assert shared_service.get("/sales/refused").status_code == 404


def test_every_line_with_a_fault_of_substance_is_named(shared_service: Service) -> None:
    lines = [LINE | {"product_id": n} for n in (77, 1, 78)]
    reply = shared_service.post("/sales", receipt("faults", store_id=99, lines=lines))
    assert codes(reply) == [
        ("store_id", "unknown_store"),
        ("lines[0].product_id", "unknown_product"),
        ("lines[2].product_id", "unknown_product"),
    ]


def test_a_thousand_lines_are_a_receipt(service: Service) -> None:
    reply = service.post("/sales", receipt("long", lines=[LINE] * 1_000, discount="0.01"))
    assert reply.status_code == 201
    assert reply.json()["amount"] == "9999.99"


@pytest.mark.parametrize(
    "again",
    [
        {"store_id": 1},
        {"lines": [{"quantity": 2, "unit_price": 64.95, "product_id": 1}]},
        {"lines": [{"product_id": 1, "quantity": "2.0", "unit_price": "64.95", "tax": None}]},
        {"occurred_at": "2026-10-05T09:00:00Z"},
        {"occurred_at": "2026-10-05T18:00:00.000+09:00"},
    ],
)
def test_the_same_receipt_written_otherwise_is_the_same(
    service: Service, again: dict[str, Any]
) -> None:
    first = service.post("/sales", receipt("same"))
    replay = service.post("/sales", dict(reversed((receipt("same") | again).items())))
    assert (first.status_code, replay.status_code) == (201, 200), replay.text
    assert replay.json() == first.json()
    assert replay.headers["Idempotent-Replayed"] == "true"
    assert revenue(service) == ("129.90", 1)


@pytest.mark.parametrize(
    "again",
    [
        {"store_id": 2},
        {"type": "sale"},
        {"type": "return"},
        {"discount": "0.00"},
        {"occurred_at": "2026-10-05T12:00:01+03:00"},
        {"lines": [LINE]},
        {"till_id": "T1"},
    ],
)
def test_the_same_identity_with_other_content_is_a_conflict(
    service: Service, again: dict[str, Any]
) -> None:
    first = service.post("/sales", receipt("same")).json()
    other = service.post("/sales", receipt("same") | again)
    assert (other.status_code, other.json()["code"]) == (409, "receipt_conflict")
    assert service.get("/sales/same").json() == first
    assert revenue(service) == ("129.90", 1)


def test_a_replay_years_later_and_after_a_restart_is_still_the_same(database: Any) -> None:
    key = {"Idempotency-Key": "k"}
    with serving(database) as service:
        first = with_catalogue(service).post("/sales", receipt("old"), headers=key).json()
        # What the catalogue says now has no part in what was sent then.
        service.request("PATCH", "/products/1", json={"price": "1.00"}).raise_for_status()
        service.request("PATCH", "/stores/1", json={"timezone": "Asia/Tokyo"}).raise_for_status()
    with serving(database) as service:
        for headers in (None, key):
            replay = service.post("/sales", receipt("old"), headers=headers)
            assert (replay.status_code, replay.json()) == (200, first)
        assert revenue(service) == ("129.90", 1)


def test_where_both_identities_are_sent_both_hold(service: Service) -> None:
    def post(name: str, key: str | None) -> int:
        headers = {} if key is None else {"Idempotency-Key": key}
        return service.post("/sales", receipt(name), headers=headers).status_code

    assert post("a", None) == 201
    # The key comes with the replay, and holds from then on.
    assert post("a", "k1") == 200
    assert post("b", "k1") == 409
    assert post("b", "k2") == 201
    assert post("a", "k2") == 409
    assert post("a", "k1") == 200
    assert revenue(service) == ("259.80", 2)


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_that_cannot_be_is_refused(shared_service: Service, key: str) -> None:
    reply = shared_service.post("/sales", receipt("key"), headers={"Idempotency-Key": key})
    assert reply.status_code == 422
    assert codes(reply) == [("Idempotency-Key", "wrong_value")]


def test_copies_sent_at_once_are_counted_once(service: Service) -> None:
    with ThreadPoolExecutor(16) as pool:
        replies = list(
            pool.map(lambda i: service.post("/sales", receipt(f"c-{i % 5}")), range(100))
        )
    assert sorted(reply.status_code for reply in replies) == [200] * 95 + [201] * 5
    assert revenue(service) == ("649.50", 5)


def test_a_till_uses_a_number_once_and_may_start_anew_with_a_series(service: Service) -> None:
    till = {"till_id": "T1", "sequence_number": 7}
    assert service.post("/sales", receipt("n-1", **till)).status_code == 201
    again = service.post("/sales", receipt("n-2", **till))
    assert again.status_code == 422
    assert codes(again) == [("sequence_number", "sequence_number_used")]
    assert "n-1" in again.json()["detail"]
    assert service.post("/sales", receipt("n-2", **till, series="FN2")).status_code == 201
    assert service.post("/sales", receipt("n-3", **till | {"till_id": "T2"})).status_code == 201
    assert service.post("/sales", receipt("n-4", **till, store_id=2)).status_code == 201


def test_a_return_counts_on_its_own_day_and_takes_away(service: Service) -> None:
    service.post("/sales", receipt("sold")).raise_for_status()
    back = receipt(
        "back",
        type="return",
        occurred_at="2026-11-02T12:00:00+03:00",
        original_receipt_id="sold",
        reason="stale",
        lines=[{"product_id": 1, "quantity": "1", "unit_price": "64.95", "tax": "5.90"}],
    )
    reply = service.post("/sales", back)
    assert reply.status_code == 201
    assert reply.json()["amount"] == "64.95"
    assert revenue(service) == ("129.90", 1)
    november = service.report("top-stores", month="2026-11")
    assert november["rows"] == [
        {"id": 1, "address": "Street 1", "revenue": "-64.95", "receipts": 0}
    ]
    products = service.report("top-products", month="2026-11")["rows"]
    assert products == [
        {"id": 1, "name": "Bread", "quantity": "-1", "unit": "pcs", "revenue": "-64.95"}
    ]
    both = service.report("top-stores", **{"from": "2026-10-01", "to": "2026-11-30"})
    assert both["totals"] == {"revenue": "64.95", "receipts": 1}


@pytest.mark.parametrize(
    ("occurred_at", "store_id", "business_date"),
    [
        # Late in the evening, in an offset other than the store's, at a month's last minute.
        ("2026-10-31T23:59:59+03:00", 1, "2026-10-31"),
        ("2026-10-31T20:59:59Z", 1, "2026-10-31"),
        ("2026-10-31T21:00:00Z", 1, "2026-11-01"),
        ("2026-10-31T16:59:59+03:00", 2, "2026-10-31"),
        ("2026-10-31T17:00:00+03:00", 2, "2026-11-01"),
    ],
)
def test_a_sale_is_of_the_stores_own_day(
    service: Service, occurred_at: str, store_id: int, business_date: str
) -> None:
    sent = receipt("late", occurred_at=occurred_at, store_id=store_id)
    assert service.post("/sales", sent).json()["business_date"] == business_date
    rows = service.report("top-stores", **{"from": business_date, "to": business_date})["rows"]
    assert [row["id"] for row in rows] == [store_id]


def test_mending_a_zone_counts_from_then_on(service: Service) -> None:
    late = {"occurred_at": "2026-10-31T23:30:00+03:00"}
    service.post("/sales", receipt("z-1", **late)).raise_for_status()
    service.request("PATCH", "/stores/1", json={"timezone": "Asia/Tokyo"}).raise_for_status()
    assert service.get("/sales/z-1").json()["business_date"] == "2026-10-31"
    assert service.post("/sales", receipt("z-2", **late)).json()["business_date"] == "2026-11-01"


def test_a_day_may_start_later(database: Any) -> None:
    with serving(database, day_start="04:00") as service:
        with_catalogue(service)
        night = receipt("night", occurred_at="2026-10-06T03:59:00+03:00")
        assert service.post("/sales", night).json()["business_date"] == "2026-10-05"
        assert service.post("/sales", receipt("day")).json()["business_date"] == "2026-10-05"


def test_a_clock_may_be_a_day_ahead_but_not_more(service: Service) -> None:
    def post(name: str, ahead: timedelta) -> int:
        moment = (datetime.now(UTC) + ahead).isoformat()
        return service.post("/sales", receipt(name, occurred_at=moment)).status_code

    assert post("ahead", timedelta(hours=23)) == 201
    assert post("too far", timedelta(hours=25)) == 422
    assert service.post("/sales", receipt("y2k", occurred_at="2000-01-01T00:00:00Z")).is_success


def test_receipts_are_listed_newest_first_by_pages(service: Service) -> None:
    for day in range(1, 8):
        for store_id in (1, 2):
            sent = receipt(
                f"l-{day}-{store_id}",
                store_id=store_id,
                till_id=f"T{day % 2}",
                occurred_at=f"2026-10-{day:02d}T09:00:00+03:00",
            )
            service.post("/sales", sent).raise_for_status()

    def listed(path: str) -> list[str]:
        names: list[str] = []
        while path:
            reply = service.get(path)
            assert reply.status_code == 200, reply.text
            names += [sale["receipt_id"] for sale in reply.json()]
            link = reply.links.get("next")
            path = link["url"].removeprefix("/api/v1") if link else ""
        return names

    newest_first = [f"l-{day}-{store}" for day in range(7, 0, -1) for store in (2, 1)]
    assert listed("/sales?limit=3") == newest_first
    assert listed("/sales") == newest_first
    assert listed("/sales?store_id=2&limit=2") == [f"l-{day}-2" for day in range(7, 0, -1)]
    assert listed("/sales?till_id=T0&store_id=1") == ["l-6-1", "l-4-1", "l-2-1"]
    assert listed("/sales?from=2026-10-02&to=2026-10-02") == ["l-2-2", "l-2-1"]
    assert listed("/sales?from=2026-10-07") == ["l-7-2", "l-7-1"]
    unknown = service.get("/sales?after=nobody")
    assert (unknown.status_code, codes(unknown)) == (422, [("after", "unknown_receipt")])


def test_a_receipt_that_is_not_there_is_404(shared_service: Service) -> None:
    reply = shared_service.get("/sales/nobody")
    assert (reply.status_code, reply.json()["code"]) == (404, "receipt_not_found")
