"""The check: what is kept beside the receipts is worked out again, and each difference named."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from quart_app.checking import recount_repository as recount
from tests.service import ROOT, Service, command, receipt, serving, with_catalogue
from tests.test_held import UNKNOWN

ADDS_UP = "Every figure adds up"


def busy_days(service: Service) -> None:
    """Sales, returns, a void, held and discarded receipts, a gap, two tills in two months."""
    till = {"till_id": "T1", "cashier_id": "7"}
    paid = {"promo_code": "AUTUMN", "tenders": [{"type": "card", "amount": "128.89"}]}
    lines = [{"product_id": 9, "quantity": "0.455", "amount": "182.00", "tax": "10.00"}]
    for number in (1, 2, 3, 6):
        sent = receipt(f"r{number}", sequence_number=number, discount="1.01", **paid, **till)
        service.post("/sales", sent).raise_for_status()
    service.post("/sales", receipt("w", lines=lines, store_id=2)).raise_for_status()
    november = {"occurred_at": "2026-11-03T12:00:00+03:00"}
    service.post("/sales", receipt("b", type="return", **november)).raise_for_status()
    service.post("/sales", receipt("v", **november)).raise_for_status()
    service.post("/sales/v/void").raise_for_status()
    service.post("/sales", receipt("h", lines=UNKNOWN, sequence_number=7, **till))
    service.post("/sales", receipt("d", lines=UNKNOWN, sequence_number=8, **till))
    last = service.get("/held-sales").json()[-1]
    service.request("DELETE", f"/held-sales/{last['id']}", params={"reason": "a test"})


@pytest.fixture
def kept(database: Path) -> Path:
    with serving(database) as service:
        busy_days(with_catalogue(service))
        found = service.get("/check").json()
        assert found == {"receipts": 7, "lines": 7, "differences": []}
    return database


def test_what_was_counted_adds_up(kept: Path) -> None:
    done = command("check", database=kept)
    assert done.returncode == 0, done.stderr
    assert f"{ADDS_UP} from 7 receipts of 7 lines" in done.stdout


def test_a_running_service_is_asked(kept: Path) -> None:
    with serving(kept) as service:
        refused = command("check", database=kept)
        assert refused.returncode == 1
        assert "another service or command has this database open" in refused.stderr
        done = command("check", "--service", service.url, database=kept)
        assert f"{ADDS_UP} from 7 receipts" in done.stdout, done.stderr


def test_a_database_that_is_not_there_is_not_made(database: Path) -> None:
    assert "does not exist" in command("check", database=database).stderr
    assert not database.exists()


def test_an_empty_database_adds_up(database: Path) -> None:
    with serving(database):
        pass
    assert ADDS_UP in command("check", database=database).stdout


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            "UPDATE store_day_totals SET gross_minor = gross_minor + 1 WHERE store_id = 2",
            "gross_minor, business_date 2026-10-05, store_id 2: kept 182.01, counted 182.00",
        ),
        ("UPDATE store_day_totals SET receipts = 9 WHERE store_id = 2", "kept 9, counted 1"),
        ("UPDATE till_day_totals SET voids = 3", "till_day_totals: voids, business_date"),
        ("DELETE FROM till_day_totals WHERE cashier_id = '7'", "kept no row, counted one"),
        (
            "UPDATE product_day_totals SET quantity_milli = 1 WHERE product_id = 9",
            "quantity_milli, business_date 2026-10-05, product_id 9: kept 1, counted 455",
        ),
        (
            "INSERT INTO product_day_totals VALUES (1, 1, 1, 1, 1, 1, 1, 1)",
            "product_day_totals, business_date 1970-01-02, product_id 1: kept a row, counted none",
        ),
        ("UPDATE product_month_totals SET lines = 0", "product_month_totals: lines, "),
        ("UPDATE category_day_totals SET lines = lines + 1", "category_day_totals: lines"),
        ("UPDATE store_month_totals SET tax_minor = 7", "store_month_totals: tax_minor, "),
        (
            "UPDATE till_month_totals SET returns_minor = 7 WHERE cashier_id = '7'",
            "till_month_totals: returns_minor, business_month 2026-10, store_id 1, till_id 'T1'",
        ),
        ("UPDATE till_month_totals SET voids = voids + 1", "till_month_totals: voids, "),
        ("DELETE FROM till_month_totals WHERE cashier_id = '7'", "till_month_totals, business_"),
        ("UPDATE hour_totals SET receipts = 7", "hour_totals: receipts, "),
        ("UPDATE tender_day_totals SET amount_minor = 7", "tender_day_totals: amount_minor, "),
        ("UPDATE promo_day_totals SET discount_minor = 7", "promo_day_totals: discount_minor, "),
        (
            "UPDATE product_month_totals SET last_sold_on = 7",
            "last_sold_on, business_month 2026-10",
        ),
        ("UPDATE product_month_totals SET revenue_rank_minor = 7", "revenue_rank_minor, "),
        ("DELETE FROM till_days WHERE heard = 1 AND store_id = 2", "till_days, business_date"),
        (
            "UPDATE sale_lines SET gross_minor = 18201, discount_minor = 1 WHERE product_id = 9",
            "receipt: gross_minor, w: kept 182.00, counted 182.01",
        ),
        ("DELETE FROM sale_lines WHERE product_id = 9", "line_count, w: kept 1, counted 0"),
        ("UPDATE tills SET last_number = 9 WHERE till_id = 'T1'", "numbers of a till, store_id 1"),
        ("DELETE FROM till_gaps", "kept 1-8, counted 1-8, 4-5"),
        ("DELETE FROM held_sales WHERE status = 'discarded'", "numbers of a till"),
        ("UPDATE sales SET voided_at_us = 1 WHERE receipt_id = 'w'", "counted 0.00"),
        ("DELETE FROM stores WHERE id = 2", "it names a stores that is not there"),
    ],
)
def test_every_difference_is_named(kept: Path, change: str, named: str) -> None:
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute(change).rowcount > 0
        connection.commit()
    done = command("check", database=kept)
    assert done.returncode == 1
    assert named in done.stderr, done.stderr
    assert "do not add up" in done.stderr


def test_every_kept_total_is_checked() -> None:
    schema = (ROOT / "schema.sql").read_text()
    tables = set(re.findall(r"CREATE TABLE (\w+_totals) ", schema))
    checked = {one.table: one for one in (*recount.DAYS, *recount.MONTHS)}
    assert tables <= checked.keys()
    for table in tables:
        body = re.search(rf"CREATE TABLE {table} \((.*?)PRIMARY KEY", schema, re.DOTALL)
        assert body is not None
        columns = set(re.findall(r"^    (\w+) ", body[1], re.MULTILINE))
        assert columns == {*checked[table].key, *checked[table].sums}, table
