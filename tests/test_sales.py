"""Taking sales over HTTP: both forms, the arithmetic, what is refused, and the list."""

from typing import Any

import pytest

from tests.service import Service, receipt

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
    lines = [LINE | {"discount": "1.00", "unit_price": "0.50"} for _ in range(3)]
    for line in lines:
        del line["amount"]
    reply = shared_service.post("/sales", receipt("faults", lines=[*lines[:1], LINE, *lines[1:]]))
    assert codes(reply) == [
        ("lines[0].discount", "discount_too_large"),
        ("lines[2].discount", "discount_too_large"),
        ("lines[3].discount", "discount_too_large"),
    ]


def test_a_thousand_lines_are_a_receipt(service: Service) -> None:
    reply = service.post("/sales", receipt("long", lines=[LINE] * 1_000, discount="0.01"))
    assert reply.status_code == 201
    assert reply.json()["amount"] == "9999.99"


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
