"""The first products, found by rank, are those that reading all of them would give."""

import random
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from quart_app.database.transaction import Reading
from quart_app.reports import repository
from quart_app.reports.models import Question, TopProductsQuestion
from quart_app.reports.parameters import values_of
from quart_app.reports.registry import REPORTS
from quart_app.sales.totals_repository import PREPARATION, adding
from quart_app.values.calendar import Period, month_period, to_day
from tests.service import ROOT

FIRST = to_day(date(2026, 1, 1))
PRODUCTS = 400


@pytest.fixture(scope="module")
def sales() -> list[tuple[int, int, str, int, int]]:
    """Day, product, type, quantity, amount: some products sell in one month only, some come back.

    What sells most changes from week to week, so that ranks of months mislead.
    """
    chance = random.Random(11)
    found = []
    for _ in range(12_000):
        day = chance.randrange(120)
        favourite = (day // 5 * 37) % PRODUCTS
        product = (favourite + int(chance.expovariate(1 / 40))) % PRODUCTS + 1
        kind = "return" if chance.random() < (0.5 if product % 9 == 0 else 0.05) else "sale"
        amount = chance.randrange(1, 90_000)
        found.append((FIRST + day, product, kind, chance.randrange(1, 30_000), amount))
    return found


@pytest.fixture
async def reading(
    tmp_path: Path, sales: list[tuple[int, int, str, int, int]]
) -> AsyncIterator[Reading]:
    connection = await aiosqlite.connect(tmp_path / "ranked.db", isolation_level=None)
    await connection.executescript((ROOT / "schema.sql").read_text() + PREPARATION)
    await connection.execute("BEGIN")
    await connection.execute("INSERT INTO stores VALUES (1, 'A', 'UTC', NULL, 0)")
    await connection.executemany(
        "INSERT INTO products VALUES (?, 'P', 1, ?, NULL, NULL, 0)",
        [(i, "kg" if i % 5 == 0 else "pcs") for i in range(1, PRODUCTS + 1)],
    )
    await connection.executemany(
        "INSERT INTO sales (id, receipt_id, fingerprint, type, store_id, till_id, series, "
        "business_date, occurred_at_us, utc_offset_s, received_at_us, gross_minor, "
        "discount_minor, amount_minor, tax_minor, line_count) "
        "VALUES (?, ?, 1, ?, 1, '', '', ?, ?, 0, 0, ?, 0, ?, 0, 1)",
        [
            (i, f"r{i}", kind, day, day * 86_400_000_000, amount, amount)
            for i, (day, _, kind, _, amount) in enumerate(sales, 1)
        ],
    )
    await connection.executemany(
        "INSERT INTO sale_lines VALUES (?, 1, ?, ?, NULL, ?, 0, ?, 0)",
        [
            (i, product, quantity, amount, amount)
            for i, (_, product, _, quantity, amount) in enumerate(sales, 1)
        ],
    )
    for first in range(1, len(sales), 700):
        for sql, values in adding(first, min(first + 699, len(sales))):
            await connection.execute(sql, values)
    await connection.execute("COMMIT")
    yield Reading(connection)
    await connection.close()


async def test_the_first_are_the_first_of_all(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The few candidates are enough, and are enough most of the time."""
    monkeypatch.setattr(repository, "_FIRST_OFFSET", 3)
    monkeypatch.setattr(repository, "_WIDEST", 200)
    monkeypatch.setattr(repository, "_SORTED_WHOLE", 3)
    chance = random.Random(3)
    by_rank = 0
    for _ in range(150):
        start = FIRST + chance.randrange(118)
        period = Period(start, min(FIRST + 119, start + chance.choice([0, 3, 9, 30, 60, 119])))
        if chance.random() < 0.4:
            period = month_period(start)
        name, question, order = chance.choice(QUESTIONS)
        report, limit = REPORTS[name], chance.choice([1, 3, 10])
        values: dict[str, Any] = values_of(report, question, period) | {"limit": limit}
        ranking = repository._RANKED_BY[order[0]]
        ranked = await repository.first_by_rank(reading, report, values, order, ranking)
        every = await repository.found_by(reading, report, values, "products", order)
        assert await repository.figures(reading, report, values, order) == every
        if ranked is not None:
            by_rank += 1
            assert ranked == every, (period, name, order)
    assert by_rank > 60


QUESTIONS: list[tuple[str, Question, tuple[str, ...]]] = [
    ("top-products", TopProductsQuestion(), ("-quantity",)),
    ("top-products", TopProductsQuestion(by="revenue"), ("-revenue",)),
    ("top-products", TopProductsQuestion(by="revenue", unit="kg"), ("-revenue",)),  # type: ignore[arg-type]
    ("abc", REPORTS["abc"].question(), ("-revenue",)),
    ("products", REPORTS["products"].question(), ("-revenue",)),
]


async def test_ranks_and_last_days_are_those_of_the_sales(
    reading: Reading, sales: list[tuple[int, int, str, int, int]]
) -> None:
    sold: dict[tuple[int, int], list[int]] = {}
    for day, product, kind, quantity, amount in sales:
        if kind == "sale":
            month = 202600 + [0, 31, 59, 90, 120].index(
                next(end for end in (31, 59, 90, 120) if day - FIRST < end)
            )
            one = sold.setdefault((month, product), [0, 0, 0])
            one[0] += quantity
            one[1] += amount
            one[2] = max(one[2], day)
    rows = await reading.rows(
        "SELECT business_month, product_id, quantity_rank_milli, revenue_rank_minor, last_sold_on "
        "FROM product_month_totals"
    )
    kept = {row[:2]: list(row[2:]) for row in rows if row[4] is not None}
    assert kept == {
        key: [int(str(q)[0]) * 10 ** (len(str(q)) - 1), int(str(a)[0]) * 10 ** (len(str(a)) - 1), d]
        for key, (q, a, d) in sold.items()
    }
