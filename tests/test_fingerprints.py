"""Fingerprints are kept for ever: a release that works them out otherwise would doubt old sales.

If a test here fails, tills that send an old receipt again would be told of a conflict. A new
member must be one that is left out of the canonical text when it was not sent.
"""

import json
from typing import Any

from quart_app.sales.forms import ReceiptForm, ShortForm, fingerprint
from quart_app.values.money import Currency
from quart_app.wire import Wire

WIRE = Wire(Currency("RUB"))
FULL: dict[str, Any] = {
    "receipt_id": "7-T1-000118",
    "store_id": 7,
    "till_id": "T1",
    "series": "FN2",
    "sequence_number": 118,
    "type": "return",
    "occurred_at": "2026-11-21T10:15:00.5+03:00",
    "cashier_id": "12",
    "promo_code": "ОСЕНЬ",
    "original_receipt_id": "7-T1-000001",
    "reason": "stale",
    "discount": "10.00",
    "lines": [
        {"product_id": 1, "quantity": "2", "unit_price": "64.95", "discount": "0.00"},
        {"product_id": 9, "quantity": "0.455", "amount": "182.00", "tax": "16.55"},
    ],
    "tenders": [{"type": "card", "amount": "301.90"}],
}


def of(document: dict[str, object], form: type[ReceiptForm] | type[ShortForm]) -> int:
    return fingerprint(WIRE.decode_sent(WIRE.decoder(form), json.dumps(document).encode())[1])


def test_every_member_of_a_receipt_is_in_its_fingerprint() -> None:
    assert set(FULL) == set(ReceiptForm.__struct_fields__)
    assert of(FULL, ReceiptForm) == 1910977638923462725
    without = {
        of({k: v for k, v in FULL.items() if k != name}, ReceiptForm)
        for name in FULL
        if name not in ("store_id", "occurred_at", "lines")
    }
    assert len(without | {of(FULL, ReceiptForm)}) == len(FULL) - 3 + 1


def test_a_short_sale_and_a_bare_receipt_keep_theirs() -> None:
    assert of({"product_id": 1, "store_id": 2}, ShortForm) == 1372205389345473585
    bare = {name: FULL[name] for name in ("store_id", "occurred_at")}
    assert (
        of(bare | {"lines": [{"product_id": 1, "quantity": 1}]}, ReceiptForm) == 2935477370995320383
    )
