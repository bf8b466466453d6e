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
from tests.independent import EPOCH, Independent, Row, measured
from tests.independent_reports import EXPECTED, SUMS
from tests.service import Service, command, serving

FIRST, LAST = date(2017, 10, 1), date(2017, 11, 30)
WHOLE = ("summary", "stores", "products", "categories", "timeline", "hours", "abc")
STEPS = ("day", "week", "month")


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


def question(name: str, number: int, chance: random.Random) -> dict[str, Any]:
    # Tens of thousands of rows are compared a few times, the first of them always.
    many = number > 5 and REPORTS[name].source in ("products", "idle-products")
    asked: dict[str, Any] = {"limit": 200 if many else 100_000}
    if name == "timeline":
        asked["by"] = chance.choice(STEPS)
    elif name == "top-products":
        asked["by"] = chance.choice(["quantity", "revenue"])
    elif name == "idle-products":
        asked["days"] = chance.choice([1, 7, 20, 60])
    return asked


def test_every_report_of_figures_is_compared() -> None:
    # Completeness is not of sales: it has tests of its own.
    assert set(EXPECTED) == set(REPORTS) - {"completeness"}


def chosen(kind: str, number: int, chance: random.Random, stores: list[int]) -> list[int]:
    """The stores that are asked about; the various receipts are of the first eight."""
    if kind == "chain":
        return []
    if kind == "few":
        return [stores[0], *chance.sample(stores[1:], 4)]
    # All but one, more than half, all; in turn.
    left_out = (chance.sample(stores[:8], 1), chance.sample(stores, len(stores) // 3), [])
    return sorted(set(stores) - set(left_out[number % 3]))


@pytest.mark.parametrize("kind", ["chain", "few", "most"])
def test_every_report_is_equal(chain: tuple[Service, Independent], kind: str) -> None:
    service, other = chain
    chance = random.Random(9)
    for number, (first, last) in enumerate(ranges()[: 18 if kind == "most" else None]):
        stores = chosen(kind, number, chance, sorted(other.addresses))
        days = ((first - EPOCH).days, (last - EPOCH).days)
        for name in EXPECTED:
            report = REPORTS[name]
            asked = question(name, number, chance)
            place = (name, first, last, stores, asked)
            where = {"from": str(first), "to": str(last), "store_id": stores}
            answer = service.report(name, **where, **asked)
            expected = EXPECTED[name](other, *days, stores, asked)
            columns = [column.name for column in report.columns]
            wanted = [{name: row[name] for name in columns} for row in expected[: asked["limit"]]]
            assert answer["rows"] == wanted, place
            if report.source == "products" or number < 3:
                few = service.report(name, **where, **(asked | {"limit": 7}))
                assert few["rows"] == wanted[:7], place
                assert few["totals"] == answer["totals"], place
            if name in WHOLE:
                names = list(answer["totals"])
                assert answer["totals"] == totals(other, days, stores, names), place


@pytest.mark.parametrize("kind", ["chain", "few", "most"])
@pytest.mark.parametrize(
    ("name", "asked"),
    [("products", {}), ("abc", {}), ("top-products", {"by": "revenue"}), ("top-products", {})],
)
def test_what_was_before_is_what_a_report_of_then_says(
    chain: tuple[Service, Independent], name: str, asked: dict[str, str], kind: str
) -> None:
    """Also of the few products of a page, and of all of them together."""
    service, other = chain
    for number in range(3):
        stores = chosen(kind, number, random.Random(number), sorted(other.addresses))
        asked_of = {**asked, "store_id": stores}
        now = {"from": "2017-11-01", "to": "2017-11-15"}
        found = service.report(name, **now, **asked_of, compare="previous", limit=60)
        assert found["compared_with"] == {"from": "2017-10-17", "to": "2017-10-31"}
        before = found["compared_with"]
        then = service.report(name, **before, **asked_of, limit=100_000)
        measures = [one for one in ("revenue", "quantity") if one in found["rows"][0]]
        rows = {row["id"]: [row[one] for one in measures] for row in then["rows"]}
        assert len(found["rows"]) == 60
        for row in found["rows"]:
            nothing = ["0.00", "0"][: len(measures)]
            was = [row[f"{one}_before"] for one in measures]
            assert was == rows.get(row["id"], nothing), (number, row)
        assert found["totals"]["revenue_before"] == then["totals"]["revenue"]


def totals(other: Independent, days: tuple[int, int], stores: list[int], names: list[str]) -> Row:
    sums = other.sums("", *days, stores) or [dict.fromkeys(SUMS, 0)]
    figures = measured(sums[0])
    return {name: figures[name] for name in names}
