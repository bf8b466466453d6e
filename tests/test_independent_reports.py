"""Every report against DuckDB on the same lines, for 50 random ranges: equal to the last digit."""

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from quart_app.reports.registry import REPORTS
from quart_app.sales.totals_repository import PREPARATION, taking_away
from tests.independent import (
    EPOCH,
    Independent,
    Row,
    day_text,
    measured,
    money,
    revenue_of,
    share,
)
from tests.service import Service, command, serving

FIRST, LAST = date(2017, 10, 1), date(2017, 11, 30)
STEPS = ("day", "week", "month")
SUMS = ("gross", "discounts", "returns", "tax", "receipts", "return_receipts", "items", "quantity")


def various(random_: random.Random, number: int, stores: list[int], products: list[int]) -> Row:
    """A receipt with what the real ones lack: returns, taxes, tenders, codes, cashiers."""
    day = FIRST + timedelta(days=random_.randrange(61))
    lines = []
    for _ in range(random_.randint(1, 4)):
        paid = random_.randrange(0, 900_000)
        tax = f"{paid // 700}.{paid % 100:02d}"
        line = {
            "product_id": random_.choice(products),
            "quantity": f"{random_.randint(1, 40)}.{random_.choice(['0', '5', '125'])}",
            "amount": f"{paid // 100}.{paid % 100:02d}",
            "tax": tax if paid // 700 < paid // 100 else "0",
            "discount": f"{random_.randrange(300)}.{random_.randrange(100):02d}",
        }
        lines.append(line)
    tenders = [
        {"type": random_.choice(["cash", "card", "gift"]), "amount": f"{random_.randrange(900)}"}
        for _ in range(random_.randint(0, 3))
    ]
    more = {"promo_code": random_.choice(["AUTUMN", "B2"])} if random_.random() < 0.5 else {}
    return more | {
        "receipt_id": f"various-{number}",
        "store_id": random_.choice(stores),
        "till_id": random_.choice(["T1", "T2"]),
        "cashier_id": random_.choice(["1", "2"]),
        "type": random_.choice(["sale", "sale", "return"]),
        "occurred_at": f"{day}T{random_.randrange(24):02d}:{random_.randrange(60):02d}:00-05:00",
        "lines": lines,
        "tenders": tenders,
    }


def void(database: Path, sale_ids: list[int]) -> None:
    """Cancel receipts as a void does: out of the totals, then marked."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.executescript(PREPARATION)
        for sale_id in sale_ids:
            connection.execute("BEGIN")
            for sql, values in taking_away(sale_id):
                connection.execute(sql, values)
            at = {"at": 1_800_000_000_000_000 + sale_id, "id": sale_id}
            connection.execute("UPDATE sales SET voided_at_us = :at WHERE id = :id", at)
            connection.execute("COMMIT")


@pytest.fixture(scope="module")
def chain(
    real_receipts: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Service, Independent]]:
    """The two real months, 600 various receipts, some of all of them voided."""
    folder = tmp_path_factory.mktemp("chain")
    database = folder / "sales.db"
    for kind in ("stores.csv", "products.csv", "sales.csv.gz"):
        words = ("import", kind.partition(".")[0], str(real_receipts / kind))
        assert command(*words, database=database, currency="USD").returncode == 0
    chance = random.Random(20261121)
    with serving(database, currency="USD") as service:
        stores = [store["id"] for store in service.get("/stores").json()]
        products = [product["id"] for product in service.get("/products").json()]
        some = chance.sample(products, 40)
        for number in range(600):
            sent = various(chance, number, stores[:8], some)
            service.post("/sales", sent).raise_for_status()
        # What was sold goes along to another category.
        for product_id in some[:5]:
            moved = service.request("PATCH", f"/products/{product_id}", json={"category": "Moved"})
            assert moved.status_code == 200
        assert service.request("DELETE", f"/products/{some[-1]}").status_code == 204
    with closing(sqlite3.connect(database)) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM sales")]
    void(database, [*chance.sample(ids[:-600], 60), *chance.sample(ids[-600:], 60)])
    copied = folder / "copied.db"
    shutil.copy(database, copied)
    with serving(database, currency="USD") as service:
        yield service, Independent(copied, folder)


def ranges() -> list[tuple[date, date]]:
    chance = random.Random(5)
    found = [(FIRST, LAST), (FIRST, date(2017, 10, 31)), (date(2017, 9, 1), date(2017, 12, 31))]
    while len(found) < 50:
        ends = sorted(FIRST + timedelta(days=chance.randrange(-2, 63)) for _ in range(2))
        found.append((ends[0], ends[1]))
    return found


@pytest.mark.parametrize("filtered", [False, True], ids=["chain", "stores"])
def test_every_report_is_equal(chain: tuple[Service, Independent], filtered: bool) -> None:
    service, other = chain
    chance = random.Random(9)
    for first, last in ranges():
        stores = chance.sample(sorted(other.addresses), 5) if filtered else []
        if filtered:
            stores[0] = min(other.addresses)
        for name in REPORTS:
            asked: dict[str, Any] = {"from": str(first), "to": str(last), "limit": 100_000}
            if name == "timeline":
                asked["by"] = chance.choice(STEPS)
            if name == "top-products":
                asked["by"] = chance.choice(["quantity", "revenue"])
            if name == "idle-products":
                asked["days"] = chance.choice([1, 7, 20, 60])
            report = service.report(name, store_id=stores, **asked)
            days = ((first - EPOCH).days, (last - EPOCH).days)
            expected = globals()[f"expect_{name.replace('-', '_')}"](other, *days, stores, asked)
            columns = [column.name for column in REPORTS[name].columns]
            wanted = [{column: row[column] for column in columns} for row in expected]
            assert report["rows"] == wanted, (name, first, last, stores, asked)
            few = service.report(name, store_id=stores, **(asked | {"limit": 7}))
            assert few["rows"] == wanted[:7], (name, first, last, stores, asked)
            assert few["totals"] == report["totals"]
            whole = other.sums("", *days, stores)
            if name not in ("idle-products", "tenders", "promotions", "top-products"):
                totals = measured(whole[0]) if whole else {}
                for column, total in report["totals"].items():
                    if column != "voids":
                        assert total == totals.get(column, total * 0 if total == 0 else "0.00")


Expected = list[Row]


def expect_summary(other: Independent, *question: Any) -> Expected:
    return [measured(sums) for sums in other.sums("", *question[:3])]


def by_revenue(rows: Expected, key: str) -> Expected:
    return sorted(rows, key=lambda row: (-revenue_of(row), row[key]))


def expect_stores(other: Independent, *question: Any) -> Expected:
    found = by_revenue(other.sums("store_id", *question[:3]), "store_id")
    whole = sum(map(revenue_of, found))
    return [
        measured(row)
        | {"id": row["store_id"], "address": other.addresses[row["store_id"]]}
        | {"share_percent": share(revenue_of(row), whole)}
        for row in found
    ]


expect_top_stores = expect_stores


def expect_products(other: Independent, *question: Any) -> Expected:
    by = "product_id, name, category, unit"
    found = by_revenue(other.sums(by, *question[:3]), "product_id")
    whole, so_far, rows = sum(map(revenue_of, found)), 0, []
    for row in found:
        klass = "A" if 100 * so_far < 80 * whole else "B" if 100 * so_far < 95 * whole else "C"
        so_far += revenue_of(row)
        shares = {
            "share_percent": share(revenue_of(row), whole),
            "cumulative_percent": share(so_far, whole),
            "class": klass,
        }
        names = {name: row[name] for name in ("name", "category", "unit")}
        rows.append(measured(row) | shares | names | {"id": row["product_id"], "sums": row})
    return rows


expect_abc = expect_products


def expect_top_products(other: Independent, *question: Any) -> Expected:
    rows = expect_products(other, *question)
    if question[3]["by"] == "revenue":
        return rows
    pieces = [row for row in rows if row["unit"] == "pcs"]
    return sorted(pieces, key=lambda row: (-row["sums"]["quantity"], row["id"]))


def expect_categories(other: Independent, *question: Any) -> Expected:
    found = by_revenue(other.sums("category", *question[:3]), "category")
    whole = sum(map(revenue_of, found))
    return [
        measured(row)
        | {"category": row["category"], "share_percent": share(revenue_of(row), whole)}
        for row in found
    ]


def expect_timeline(other: Independent, *question: Any) -> Expected:
    first, last, stores, asked = question
    buckets: dict[str, Row] = {}
    by_day = {row["day"]: row for row in other.sums("day", first, last, stores)}
    for number in range(first, last + 1):
        day = EPOCH + timedelta(days=number)
        if asked["by"] == "week":
            day -= timedelta(days=day.weekday())
        elif asked["by"] == "month":
            day = day.replace(day=1)
        sums = by_day.get(number, {})
        names = [
            "gross",
            "discounts",
            "returns",
            "tax",
            "receipts",
            "return_receipts",
            "items",
            "quantity",
        ]
        bucket = buckets.setdefault(str(day), dict.fromkeys(names, 0))
        for name in names:
            bucket[name] += sums.get(name, 0)
    return [measured(sums) | {"date": day} for day, sums in sorted(buckets.items())]


def expect_hours(other: Independent, *question: Any) -> Expected:
    hour = "(CAST(local_hour // 24 AS INTEGER) + 3) % 7 + 1, local_hour % 24"
    rows = [
        measured(row) | dict(zip(("weekday", "hour"), list(row.values())[:2], strict=True))
        for row in other.sums(hour, *question[:3])
    ]
    return sorted(rows, key=lambda row: (row["weekday"], row["hour"]))


def expect_tills(other: Independent, *question: Any) -> Expected:
    first, last, stores, _ = question
    by = "store_id, till_id, cashier_id"
    keys = ("store_id", "till_id", "cashier_id")
    some = f" AND store_id IN ({','.join(map(str, stores))})" if stores else ""
    voids = other.rows(
        f"SELECT {by}, COUNT(DISTINCT sale_id) AS voids FROM lines WHERE voided_us IS NOT NULL "
        f"AND day BETWEEN ? AND ? {some} GROUP BY {by}",
        first,
        last,
    )
    zeros = measured(dict.fromkeys(SUMS, 0))
    found = {tuple(row[key] for key in keys): zeros | row for row in voids}
    for row in other.sums(by, first, last, stores):
        key = tuple(row[name] for name in keys)
        names = dict(zip(keys, key, strict=True))
        found[key] = {"voids": 0} | found.get(key, {}) | measured(row) | names
    return [row for _, row in sorted(found.items())]


def expect_promotions(other: Independent, *question: Any) -> Expected:
    found = [row for row in other.sums("promo_code", *question[:3]) if row["promo_code"]]
    return [
        measured(row) | {"promo_code": row["promo_code"]} for row in by_revenue(found, "promo_code")
    ]


def expect_tenders(other: Independent, *question: Any) -> Expected:
    first, last, stores, _ = question
    some = f" AND store_id IN ({','.join(map(str, stores))})" if stores else ""
    rows = other.rows(
        "SELECT tender, SUM(CASE type WHEN 'sale' THEN amount ELSE -amount END) AS amount, "
        "COUNT(DISTINCT sale_id) FILTER (type = 'sale') AS receipts FROM tenders "
        "JOIN (SELECT DISTINCT sale_id, type, day, store_id, voided_us FROM lines) "
        f"USING (sale_id) WHERE voided_us IS NULL AND day BETWEEN ? AND ? {some} GROUP BY tender",
        first,
        last,
    )
    rows.sort(key=lambda row: (-row["amount"], row["tender"]))
    return [row | {"amount": money(row["amount"])} for row in rows]


def expect_idle_products(other: Independent, *question: Any) -> Expected:
    _, last, stores, asked = question
    some = f" AND store_id IN ({','.join(map(str, stores))})" if stores else ""
    rows = other.rows(
        "SELECT id, name, category, MAX(day) AS day FROM products LEFT JOIN (SELECT product_id, "
        f"day FROM lines WHERE type = 'sale' AND voided_us IS NULL AND day <= ? {some}) "
        "ON product_id = id WHERE archived = 0 GROUP BY id, name, category "
        "HAVING MAX(day) IS NULL OR MAX(day) <= ?",
        last,
        last - asked["days"],
    )
    rows.sort(key=lambda row: (-1 if row["day"] is None else row["day"], row["id"]))
    return [
        row
        | {"last_sold_on": day_text(row["day"])}
        | {"days_idle": None if row["day"] is None else last - row["day"]}
        for row in rows
    ]
