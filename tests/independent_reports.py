"""What each report is to say, worked out from the sums that DuckDB gives."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

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

SUMS = ("gross", "discounts", "returns", "tax", "receipts", "return_receipts", "items", "quantity")
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
    for row in found[: question[3]["limit"]]:
        klass = "A" if 100 * so_far < 80 * whole else "B" if 100 * so_far < 95 * whole else "C"
        so_far += revenue_of(row)
        shares = {
            "share_percent": share(revenue_of(row), whole),
            "cumulative_percent": share(so_far, whole),
            "class": klass,
        }
        names = {name: row[name] for name in ("name", "category", "unit")}
        rows.append(measured(row) | shares | names | {"id": row["product_id"]})
    return rows


expect_abc = expect_products


def expect_top_products(other: Independent, *question: Any) -> Expected:
    if question[3]["by"] == "revenue":
        return expect_products(other, *question)
    found = other.sums("product_id, name, unit", *question[:3])
    pieces = [row for row in found if row["unit"] == "pcs"]
    pieces.sort(key=lambda row: (-row["quantity"], row["product_id"]))
    return [
        {"name": row["name"], "unit": "pcs"} | measured(row) | {"id": row["product_id"]}
        for row in pieces[: question[3]["limit"]]
    ]


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
        for row in rows[: asked["limit"]]
    ]


EXPECTED: dict[str, Callable[..., Expected]] = {
    "summary": expect_summary,
    "stores": expect_stores,
    "top-stores": expect_top_stores,
    "products": expect_products,
    "top-products": expect_top_products,
    "abc": expect_abc,
    "categories": expect_categories,
    "timeline": expect_timeline,
    "hours": expect_hours,
    "tills": expect_tills,
    "promotions": expect_promotions,
    "tenders": expect_tenders,
    "idle-products": expect_idle_products,
}
