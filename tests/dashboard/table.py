"""Rows of the table of pages and people: held receipts, tills, keys, people, the record."""

from typing import Any

import msgspec


class Call(msgspec.Struct, frozen=True):
    """What is sent, and what each of PEOPLE is answered."""

    path: str
    answers: str
    fields: dict[str, Any] = {}


UNKNOWN = [{"product_id": 77, "quantity": "1", "amount": "1.00"}]
OWNER = "olga@example.com"
FORBIDDEN, READ = "401 401 401 401 {} 403", "303 303 303 303 {} {}"
NEW = {"name": "N", "role": "owner"}
BOXES: dict[tuple[str, str], Call] = {
    ("GET", "/held"): Call("/held", READ.format(200, 200)),
    ("GET", "/held/receipts"): Call("/held/receipts?code=in_the_future", READ.format(200, 200)),
    ("GET", "/held/<id:held_id>"): Call("/held/1", READ.format(200, 403)),
    ("POST", "/held/<id:held_id>/retry"): Call("/held/1/retry", FORBIDDEN.format(303)),
    ("POST", "/held/<id:held_id>/discard"): Call("/held/1/discard", FORBIDDEN.format(422)),
    ("POST", "/held/product"): Call("/held/product", FORBIDDEN.format(422), {"id": "none"}),
    ("POST", "/held/store"): Call("/held/store", FORBIDDEN.format(422), {"id": "none"}),
    ("GET", "/tills"): Call("/tills", READ.format(200, 200)),
    ("GET", "/keys"): Call("/keys", READ.format(200, 403)),
    ("POST", "/keys"): Call("/keys", FORBIDDEN.format(422), {"role": "none"}),
    ("POST", "/keys/<id:key_id>/revoke"): Call("/keys/99/revoke", FORBIDDEN.format(404)),
    ("GET", "/people"): Call("/people", READ.format(200, 403)),
    ("POST", "/people"): Call("/people", FORBIDDEN.format(409), NEW | {"email": OWNER}),
    ("GET", "/people/<id:person_id>"): Call("/people/1", READ.format(200, 403)),
    ("POST", "/people/<id:person_id>"): Call("/people/1", FORBIDDEN.format(303), NEW),
    ("POST", "/people/<id:person_id>/code"): Call("/people/1/code", FORBIDDEN.format(201)),
    ("POST", "/people/<id:person_id>/remove"): Call("/people/1/remove", FORBIDDEN.format(409)),
    ("GET", "/audit"): Call("/audit", READ.format(200, 403)),
}
