"""Many at once: what is written in several statements is counted whole."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.service import Service, command, receipt, serving, with_catalogue

SUMS = """
    SELECT (SELECT SUM(gross_minor) FROM sales), (SELECT SUM(gross_minor) FROM sale_lines),
           (SELECT SUM(gross_minor) FROM store_day_totals),
           (SELECT SUM(gross_minor) FROM product_day_totals),
           (SELECT SUM(gross_minor) FROM product_month_totals)
"""


def sums(database: Path) -> set[int]:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return set(connection.execute(SUMS).fetchone())


@pytest.mark.parametrize("count", [256, 257, 1_000])
def test_a_long_receipt_is_in_every_total(service: Service, count: int) -> None:
    line = {"product_id": 1, "quantity": "1", "amount": "1.00"}
    last = line | {"product_id": 2}
    sent = receipt("long", lines=[line] * (count - 1) + [last])
    assert service.post("/sales", sent).status_code == 201
    assert sums(service.database) == {count * 100}
    products = service.report("top-products", month="2026-10")
    assert products["totals"] == {"quantity": str(count), "revenue": f"{count}.00"}
    # Sold on the last line only, it has been sold all the same.
    assert service.request("DELETE", "/products/2").status_code == 204
    assert service.get("/products/2").json()["archived"] is True


def test_a_large_import_is_in_every_total(database: Path, tmp_path: Path) -> None:
    with serving(database) as service:
        with_catalogue(service)
    file = tmp_path / "sales.csv"
    rows = [
        f"i-{i},{1 + i % 2},2026-10-{1 + i % 31:02d}T10:00:00Z,{1 + i % 2},1,1.00"
        for i in range(1_234)
    ]
    header = "receipt_id,store_id,occurred_at,product_id,quantity,amount"
    file.write_text("\n".join([header, *rows, ""]))
    done = command("import", "sales", str(file), database=database)
    assert "1,234 receipts counted" in done.stdout
    assert sums(database) == {123_400}
