"""Examples of what tills send, for the description of the API; the demonstration knows them."""

import json

from quart_app.web.openapi.describing import Example

RECEIPT_ID = "7-T1-000118"
RECEIPT = {
    "receipt_id": RECEIPT_ID,
    "store_id": 7,
    "till_id": "T1",
    "sequence_number": 118,
    "occurred_at": "2026-11-21T10:15:00-05:00",
    "cashier_id": "12",
    "promo_code": "AUTUMN",
    "discount": "10.00",
    "lines": [
        {"product_id": 6735, "quantity": "2", "unit_price": "64.95", "discount": "0.00"},
        {"product_id": 5443, "quantity": "0.455", "amount": "182.00"},
    ],
    "tenders": [{"type": "card", "amount": "301.90"}],
}
_SMALL = {"store_id": 7, "occurred_at": "2026-11-21T10:20:00-05:00"}
_LINES = [{"product_id": 6735, "quantity": "1", "amount": "64.95"}]
_RETURN = {
    **_SMALL,
    "receipt_id": "7-T1-000119",
    "type": "return",
    "original_receipt_id": RECEIPT_ID,
    "lines": _LINES,
}
_UNKNOWN = {
    **_SMALL,
    "receipt_id": "7-T1-000120",
    "lines": [{"product_id": 990001, "quantity": "1", "amount": "20.00"}],
}
_LATER = {**_SMALL, "receipt_id": "7-T1-000121", "lines": _LINES}
POSTED = (
    Example("A receipt", RECEIPT, 201),
    Example("The same receipt again", RECEIPT, 200),
    Example("The short form: one piece, now", {"product_id": 6735, "store_id": 7}, 201),
    Example("Goods given back", _RETURN, 201),
    Example("A product that the catalogue does not know yet", _UNKNOWN, 202),
    Example("Another receipt under the same id", RECEIPT | {"discount": "0.00"}, 409),
    Example("No receipt: no lines", _SMALL, 422),
)
SENT_LATER = (
    Example("Receipts, one a line", f"{json.dumps(_LATER)}\n", 200, "application/x-ndjson"),
    Example("Receipts in an array", [_LATER], 200),
)
VOIDED = (Example("With a reason", {"reason": "rung up twice"}, 200),)
