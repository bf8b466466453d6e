"""Bodies that are no receipts, or hardly: mutations of good ones, from a seed."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
_RECEIPT = {
    "receipt_id": "M-1",
    "store_id": 1,
    "till_id": "T1",
    "type": "sale",
    "occurred_at": "2025-10-05T12:00:00+03:00",
    "cashier_id": "12",
    "promo_code": "AUTUMN",
    "discount": "10.00",
    "lines": [
        {"product_id": 1, "quantity": "2", "unit_price": "64.95", "discount": "0.00"},
        {"product_id": 9, "quantity": "0.455", "amount": "182.00", "tax": "30.33"},
    ],
    "tenders": [{"type": "card", "amount": "301.90"}],
}
_SHORT = {
    "product_id": 1,
    "store_id": 2,
    "quantity": "1",
    "occurred_at": "2025-10-05T12:00:00+03:00",
}
_NO_VALUES: tuple[Any, ...] = (None, True, False, [], {}, [[]], {"a": {}}, -1, 0, 1.5)
_NO_TEXTS = (
    *("", " ", "x" * 70, "a" * 300, "T1\n", "-1", "1e3", "٣", "1,5", "0x10", "+1", " 1", "1 "),
    *("1_000", ".5", "5.", "00", "0.0001", "nan", "2025-10-05", "1999-12-31T00:00:00Z"),
    "2025-13-45T99:99:99+99:99",
)
_MARK = '"@"'
"""Stands in a document for a text that no document can be made of."""


@dataclass(frozen=True)
class Malformed:
    """A body and what it is said to be."""

    kind: str
    body: bytes
    content_type: str = JSON


def malformed(seed: int) -> Iterator[Malformed]:
    """Such bodies without end, all kinds in turn."""
    chance = random.Random(seed)
    number = 0
    while True:
        for kind, make in _KINDS.items():
            number += 1
            form = copy.deepcopy(_RECEIPT if chance.random() < 0.7 else _SHORT)
            if "receipt_id" in form:
                form["receipt_id"] = f"M-{number}"
            made = make(form, chance)
            if isinstance(made, Malformed):
                yield made
            else:
                yield Malformed(kind, made)


Form = dict[str, Any]


def _dump(form: Any) -> bytes:
    return json.dumps(form).encode()


def _with_value(form: Form, text: str, chance: random.Random) -> bytes:
    """The document with one of its values replaced by a text, whatever that is."""
    container, key = _place(form, chance)
    container[key] = "@"
    return json.dumps(form).replace(_MARK, text).encode("utf-8", "surrogatepass")


def _place(form: Form, chance: random.Random) -> tuple[Any, Any]:
    """Somewhere in the document: what holds it, and under which key."""
    places: list[tuple[Any, Any]] = []

    def walk(container: Any) -> None:
        for key in container if isinstance(container, dict) else range(len(container)):
            places.append((container, key))
            if isinstance(container[key], dict | list):
                walk(container[key])

    walk(form)
    return chance.choice(places)


def _truncated(form: Form, chance: random.Random) -> bytes:
    body = _dump(form)
    return body[: chance.randrange(len(body))]


def _bits_flipped(form: Form, chance: random.Random) -> bytes:
    body = bytearray(_dump(form))
    for _ in range(chance.randint(1, 4)):
        body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
    return bytes(body)


def _slices_moved(form: Form, chance: random.Random) -> bytes:
    body = _dump(form)
    start, end, to = sorted(chance.choices(range(len(body)), k=3))
    return body[:start] + body[end:to] + body[start:end] * chance.randint(0, 3) + body[to:]


def _wrong_type(form: Form, chance: random.Random) -> bytes:
    container, key = _place(form, chance)
    container[key] = chance.choice([*_NO_VALUES, *_NO_TEXTS])
    return _dump(form)


def _huge_number(form: Form, chance: random.Random) -> bytes:
    texts = ["9" * 400, "1e999999", "-1e400", "0." + "0" * 300 + "1", str(2**63), str(2**64)]
    texts += [str(2**53), "1" + "0" * 18, "9" * 17 + ".99", "1e-400", "-0", "-0.0", "9" * 100_000]
    text = chance.choice(texts)
    return _with_value(form, text if chance.random() < 0.5 else f'"{text}"', chance)


def _deep(form: Form, chance: random.Random) -> bytes:
    depth = chance.choice([20, 31, 32, 33, 64, 500, 1_000, 5_000, 100_000])
    opening, closing = chance.choice([("[", "]"), ('{"a":', "}")])
    text = opening * depth + "1" + closing * chance.choice([depth, 0])
    return text.encode() if chance.random() < 0.3 else _with_value(form, text, chance)


def _no_number(form: Form, chance: random.Random) -> bytes:
    return _with_value(form, chance.choice(["NaN", "Infinity", "-Infinity", '"NaN"']), chance)


def _repeated(form: Form, chance: random.Random) -> bytes:
    name = chance.choice(list(form))
    again = json.dumps({name: chance.choice([form[name], 2, "2", None])})[1:-1]
    if chance.random() < 0.3:
        again = again.replace(name, f"\\u{ord(name[0]):04x}{name[1:]}", 1)
    return _dump(form)[:-1] + f", {again}}}".encode()


def _surrogate(form: Form, chance: random.Random) -> bytes:
    escaped = ['"\\ud800"', '"a\\udfff"', '"\\ud800\\ud800"', '"\\udc00\\ud800"']
    return _with_value(form, chance.choice([*escaped, '"\ud800"', '"\ud83d\ude00"']), chance)


def _not_utf8(form: Form, chance: random.Random) -> bytes:
    body = _dump(form)
    wrong = chance.choice([b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"])
    at = chance.choice([body.index(b":") + 3, chance.randrange(len(body))])
    return body[:at] + wrong + body[at:]


def _other_encoding(form: Form, chance: random.Random) -> bytes:
    return json.dumps(form).encode(chance.choice(["utf-8-sig", "utf-16", "utf-16-le", "utf-32"]))


def _control_character(form: Form, chance: random.Random) -> bytes:
    code = chance.choice([*range(32), 127, 0x85, 0x2028, 0x202E, 0xFFFE])
    raw = chr(code) if chance.random() < 0.4 else f"\\u{code:04x}"
    return _with_value(form, f'"a{raw}b"', chance)


def _wrong_content_type(form: Form, chance: random.Random) -> Malformed:
    types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
    types += ["application/json-seq", "application/xml", "x", "/", ";", "application/json; charset"]
    types += ["APPLICATION/JSON", "application/json;charset=utf-16", "é", "a" * 5_000, " ", ""]
    return Malformed("content type", _dump(form), chance.choice(types))


def _member(form: Form, chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        del form[chance.choice(list(form))]
    else:
        form[chance.choice(["note", "", "Store_id", "x" * 10_000, "\u0000", "store_id "])] = 1
    return _dump(form)


def _no_object(_form: Form, chance: random.Random) -> bytes:
    texts = ["", " ", "null", "true", "1", '"x"', "[]", "{}", "[{}]", "{", "}", "\x00", "{}{}"]
    return chance.choice([*texts, "<xml/>", "a=1&b=2", "//", '{"lines":[]}']).encode()


def _too_much(form: Form, chance: random.Random) -> bytes:
    lines = [{"product_id": 1, "quantity": "1"}] * chance.choice([1_001, 5_000])
    texts = [json.dumps("x" * 200_000), json.dumps(dict.fromkeys(map(str, range(5_000)), 1))]
    if chance.random() < 0.5:
        return _with_value(form, chance.choice(texts), chance)
    return _dump(form | {"lines": lines})


_KINDS: dict[str, Callable[[Form, random.Random], bytes | Malformed]] = {
    "truncated": _truncated,
    "bits flipped": _bits_flipped,
    "slices moved": _slices_moved,
    "wrong type": _wrong_type,
    "huge number": _huge_number,
    "deep": _deep,
    "no number": _no_number,
    "repeated member": _repeated,
    "lone surrogate": _surrogate,
    "not UTF-8": _not_utf8,
    "other encoding": _other_encoding,
    "control character": _control_character,
    "content type": _wrong_content_type,
    "members": _member,
    "no object": _no_object,
    "too much": _too_much,
}
