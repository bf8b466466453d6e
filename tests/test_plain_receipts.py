"""The short way of reading a receipt says what the long way says, or leaves it to that one."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quart_app.errors import ServiceError
from quart_app.sales.forms import LineForm, ReceiptForm, TenderForm
from quart_app.sales.taking.plain import PlainLine, PlainReader, PlainReceipt, PlainTender
from quart_app.values.money import Currency
from quart_app.wire import Wire
from tests.test_fingerprints import FULL as PLAIN

WIRE = Wire(Currency("RUB"))
READER = PlainReader(WIRE)
DECODER = WIRE.decoder(ReceiptForm)
REQUIRED = ("store_id", "occurred_at", "lines")
numbers = st.one_of(
    st.integers(-2, 10**14),
    st.floats(0, 10**6, allow_nan=False),
    st.decimals(0, 10**13, places=2).map(str),
    st.from_regex(r"[0-9]{0,14}(\.[0-9]{0,4})?", fullmatch=True),
    st.sampled_from(
        ["", ".", "5.", ".5", "+1", "-1", "1e3", "1_0", " 1", "1 ", "٣", "1.٣", "0" * 50, "00.10"]
    ),
)
odd: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, [], {}, "", "x" * 65, "a\n", "a\u2028b", "é", 0, -1, 2**53]
)
instants = st.one_of(
    st.datetimes().map(lambda at: at.isoformat() + "Z"),
    st.sampled_from(["2026-11-21", "2026-11-21T10:15:00", "2026-11-21t10:15:61z", "x" * 70]),
)
texts = st.one_of(st.text(max_size=70), st.sampled_from(["T1", "sale", "a b", "7-T1-1", "..."]))
anything = st.one_of(numbers, odd, instants, texts)
lines = st.lists(
    st.fixed_dictionaries(
        {"product_id": st.integers(0, 3), "quantity": numbers},
        optional=dict.fromkeys(("unit_price", "discount", "amount", "tax", "colour"), anything),
    ),
    max_size=3,
)
tenders = st.lists(
    st.fixed_dictionaries({"type": texts, "amount": numbers}, optional={"till": texts}), max_size=2
)
receipts = st.one_of(
    st.fixed_dictionaries(
        {"store_id": st.integers(0, 3), "occurred_at": instants, "lines": lines},
        optional={name: anything for name in PLAIN if name not in REQUIRED}
        | {"tenders": st.one_of(tenders, odd), "colour": texts},
    ),
    # One member of a plain one is another.
    st.tuples(st.sampled_from(sorted(PLAIN)), anything).map(lambda other: PLAIN | dict([other])),
    st.tuples(st.sampled_from(sorted(PLAIN["lines"][1])), anything).map(
        lambda other: PLAIN | {"lines": [PLAIN["lines"][1] | dict([other])]}
    ),
)


def the_long_way(body: bytes) -> tuple[ReceiptForm, bytes] | None:
    try:
        return WIRE.decode_sent(DECODER, body)
    except ServiceError:
        return None


def require_same(body: bytes) -> bool:
    """Both ways say the same, or the short way says nothing; whether it said something."""
    short, long = READER.read(body), the_long_way(body)
    if short is None:
        return False
    assert long is not None, body
    assert short[1] == long[1]
    # Its canonical text is made of its values, so that these are the same too.
    return True


@given(receipts, st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", "\r: ")]))
@example(PLAIN, (",", ":"))
def test_both_ways_say_the_same(receipt: dict[str, Any], separators: tuple[str, str]) -> None:
    require_same(json.dumps(receipt, separators=separators).encode())
    require_same(json.dumps(receipt, separators=separators, ensure_ascii=False).encode("utf-8"))


@pytest.mark.parametrize("name", sorted(PLAIN))
def test_what_is_plain_is_read_the_short_way(name: str) -> None:
    assert require_same(json.dumps(PLAIN, ensure_ascii=False).encode())
    without = {key: value for key, value in PLAIN.items() if key != name}
    sent = json.dumps(without, ensure_ascii=False).encode()
    assert require_same(sent) is (name not in REQUIRED)


HEAD = '{"store_id":1,"occurred_at":"2026-11-21T10:15:00Z","lines":'


@pytest.mark.parametrize(
    "body",
    [
        HEAD + '[{"product_id":1,"quantity":"1"}],"store_id":1}',
        HEAD + '[{"product_id":1,"quantity":"1","quantity" :"1"}]}',
        HEAD + r'[{"product_id":1,"quantity":"1","\u0071uantity":"1"}]}',
        HEAD + "[]}",
        "[" * 5_000,
        "null",
        "",
    ],
)
def test_what_is_not_plain_is_left_to_the_long_way(body: str) -> None:
    assert READER.read(body.encode()) is None


@pytest.mark.parametrize("name", ["receipt_id", "till_id", "cashier_id", "promo_code"])
@pytest.mark.parametrize("text", ["x" * 65, "", "a\n", 1, [], True])
def test_a_text_that_breaks_its_form_is_left_to_the_long_way(name: str, text: object) -> None:
    assert READER.read(json.dumps(PLAIN | {name: text}, ensure_ascii=False).encode()) is None


@pytest.mark.parametrize("moment", [{}, {"a": 1}, [], 1, 1.5, True, None, ""])
def test_what_is_no_instant_is_left_to_the_long_way(moment: object) -> None:
    sent = json.dumps(PLAIN | {"occurred_at": moment}, ensure_ascii=False)
    assert READER.read(sent.encode()) is None


def test_what_is_no_utf_8_is_left_to_the_long_way() -> None:
    assert READER.read(json.dumps(PLAIN).encode().replace(b"stale", b"st\xffle")) is None


def test_what_is_true_is_no_quantity_although_one_was_seen_before() -> None:
    def of(quantity: object) -> bytes:
        changed = PLAIN | {"lines": [{"product_id": 1, "quantity": quantity}]}
        return json.dumps(changed, ensure_ascii=False).encode()

    for _ in range(2):
        assert require_same(of("1"))
        assert require_same(of(1))
        assert READER.read(of(True)) is None


@pytest.mark.parametrize(
    ("plain", "form"),
    [(PlainReceipt, ReceiptForm), (PlainLine, LineForm), (PlainTender, TenderForm)],
)
def test_a_plain_form_has_every_member_in_the_order_of_its_name(plain: Any, form: Any) -> None:
    assert set(plain.__struct_fields__) == set(form.__struct_fields__)
    assert plain.__struct_encode_fields__ == tuple(sorted(form.__struct_encode_fields__))
