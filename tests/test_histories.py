"""Any history of sales, returns and replays: the reports are the sums of the receipts' lines."""

import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quart_app.values.calendar import Day
from tests.service import Service, receipt

MONEY = st.integers(0, 50_000).map(lambda minor: f"{minor // 100}.{minor % 100:02d}")
QUANTITY = st.integers(1, 9_999).map(lambda milli: f"{milli // 1000}.{milli % 1000:03d}")
LINES = st.lists(
    st.fixed_dictionaries(
        {"product_id": st.sampled_from([1, 2, 9]), "quantity": QUANTITY},
        optional={"unit_price": MONEY, "amount": MONEY, "discount": MONEY},
    ),
    min_size=1,
    max_size=6,
)
RECEIPT = st.fixed_dictionaries(
    {
        "store_id": st.sampled_from([1, 2]),
        "occurred_at": st.datetimes(
            min_value=datetime(2026, 9, 28),
            max_value=datetime(2026, 11, 3),
        ).map(lambda moment: moment.isoformat() + "Z"),
        "lines": LINES,
    },
    optional={"type": st.sampled_from(["sale", "return"]), "discount": MONEY},
)
# Each receipt is sent once or again, in any order.
HISTORY = st.lists(st.tuples(RECEIPT, st.integers(1, 3)), min_size=1, max_size=8)

runs = Counter[str]()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=HISTORY, ends=st.tuples(st.integers(0, 40), st.integers(0, 40)), data=st.data())
def test_reports_are_the_sums_of_the_lines(
    shared_service: Service, history: list[Any], ends: tuple[int, int], data: st.DataObject
) -> None:
    runs["histories"] += 1
    posts = [
        receipt(f"h{runs['histories']}-{i}", **sent)
        for i, (sent, times) in enumerate(history)
        for _ in range(times)
    ]
    for sent in data.draw(st.permutations(posts)):
        reply = shared_service.post("/sales", sent)
        assert reply.status_code in (200, 201, 422), reply.text
        runs[str(reply.status_code)] += 1
    start = 20_724 + min(ends)
    period = {"from": str(Day(start)), "to": str(Day(start + abs(ends[0] - ends[1])))}
    lines = lines_of(shared_service.database, start, start + abs(ends[0] - ends[1]))

    stores = shared_service.report("top-stores", **period)
    by_store = Counter[int]()
    for _, store_id, _, sign, _, amount in lines:
        by_store[store_id] += sign * amount
    receipts = {
        store_id: len({sale for sale, at, _, sign, _, _ in lines if (at, sign) == (store_id, 1)})
        for store_id in by_store
    }
    assert {row["id"]: minor(row["revenue"]) for row in stores["rows"]} == dict(by_store)
    assert {row["id"]: row["receipts"] for row in stores["rows"]} == receipts
    assert minor(stores["totals"]["revenue"]) == sum(by_store.values())

    for store_id in (None, 1):
        asked = {"by": "revenue"} | ({} if store_id is None else {"store_id": store_id})
        products = shared_service.report("top-products", **period, **asked)
        quantities, revenue = Counter[int](), Counter[int]()
        for _, at, product_id, sign, quantity, amount in lines:
            if store_id in (None, at):
                quantities[product_id] += sign * quantity
                revenue[product_id] += sign * amount
        rows = {row["id"]: row for row in products["rows"]}
        assert {i: minor(row["revenue"]) for i, row in rows.items()} == dict(revenue)
        assert {i: milli(row["quantity"]) for i, row in rows.items()} == dict(quantities)
        ranked = [(-minor(row["revenue"]), row["id"]) for row in products["rows"]]
        assert ranked == sorted(ranked)


def test_histories_were_told_of_every_kind() -> None:
    """The property above means something only where there were sales, replays and refusals."""
    assert runs["histories"] >= 60
    assert min(runs["200"], runs["201"], runs["422"]) >= 20


def lines_of(database: Path, first: int, last: int) -> list[tuple[int, ...]]:
    """Sale, store, product, +1 or -1, quantity and amount of every line of those days."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        assert connection.execute("SELECT SUM(amount_minor) FROM sales").fetchone() == (
            connection.execute("SELECT SUM(amount_minor) FROM sale_lines").fetchone()
        )
        return connection.execute(
            """
            SELECT sales.id, store_id, product_id, CASE type WHEN 'sale' THEN 1 ELSE -1 END,
                   quantity_milli, sale_lines.amount_minor
              FROM sales INNER JOIN sale_lines ON sale_lines.sale_id = sales.id
             WHERE business_date BETWEEN ? AND ?
            """,
            (first, last),
        ).fetchall()


def minor(text: str) -> int:
    return int(text.replace(".", ""))


def milli(text: str) -> int:
    whole, _, fraction = text.lstrip("-").partition(".")
    value = int(whole + fraction.ljust(3, "0"))
    return -value if text.startswith("-") else value
