"""The checks of the fault tests see every kind of damage: tampered files do not pass."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from tests.faults.ledger import Findings, Ledger, check_file, differing_reports
from tests.faults.load import deliver
from tests.faults.receipts import receipts
from tests.service import serving, with_catalogue

_SENT = 60


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ledger]:
    """A file with sixty receipts that nothing happened to, and its ledger."""
    database = tmp_path_factory.mktemp("book") / "sales.db"
    ledger = Ledger()
    with serving(database) as service:
        with_catalogue(service)
        deliver(service, ledger, islice(receipts("T", seed=1), _SENT))
        assert differing_reports(service, ledger.sent.values()) == []
        without_one = list(ledger.sent.values())[1:]
        assert len(differing_reports(service, without_one)) == 2
    return database, ledger


def test_an_untouched_file_is_sound(book: tuple[Path, Ledger]) -> None:
    database, ledger = book
    assert check_file(database, ledger) == Findings(stored=_SENT)


def _lost(findings: Findings) -> bool:
    return findings.lost == ["T-000007"]


def _double(findings: Findings) -> bool:
    return findings.double == ["T-000007"]


def _complained(findings: Findings) -> bool:
    return bool(findings.complaints)


@pytest.mark.parametrize(
    ("tampering", "is_seen"),
    [
        pytest.param(
            "DELETE FROM sale_lines WHERE sale_id = 7;"
            "DELETE FROM sale_tenders WHERE sale_id = 7; DELETE FROM sales WHERE id = 7",
            _lost,
            id="a receipt is gone",
        ),
        pytest.param("DELETE FROM sales WHERE id = 7", _complained, id="lines without a receipt"),
        pytest.param(
            "INSERT INTO sale_lines SELECT sale_id, line_no + 10, product_id, quantity_milli,"
            " unit_price_minor, gross_minor, discount_minor, amount_minor, tax_minor"
            " FROM sale_lines WHERE sale_id = 7",
            _double,
            id="lines stand twice",
        ),
        pytest.param(
            "DELETE FROM sale_lines WHERE sale_id = 7 AND line_no = 1", _complained, id="half of it"
        ),
        pytest.param(
            "UPDATE sales SET receipt_id = 'T-000007x' WHERE id = 7", _lost, id="another's name"
        ),
        pytest.param(
            "UPDATE sale_lines SET quantity_milli = quantity_milli + 1 WHERE sale_id = 7",
            _complained,
            id="another quantity",
        ),
        pytest.param(
            "UPDATE store_day_totals SET receipts = receipts + 1 WHERE business_date ="
            " (SELECT MIN(business_date) FROM store_day_totals)",
            _complained,
            id="a store's count",
        ),
        pytest.param(
            "UPDATE product_day_totals SET gross_minor = gross_minor + 1 WHERE product_id = 9",
            _complained,
            id="a product's day",
        ),
        pytest.param(
            "DELETE FROM product_month_totals WHERE product_id = 2", _complained, id="a month"
        ),
        pytest.param("UPDATE sales SET line_count = 99 WHERE id = 7", _complained, id="its count"),
    ],
)
def test_tampering_is_seen(
    tampering: str,
    is_seen: Callable[[Findings], bool],
    book: tuple[Path, Ledger],
    tmp_path: Path,
) -> None:
    database, ledger = book
    copy = tmp_path / "sales.db"
    shutil.copyfile(database, copy)
    with closing(sqlite3.connect(copy)) as connection:
        assert len(ledger.sent["T-000007"].lines) > 1
        assert connection.execute("SELECT receipt_id FROM sales WHERE id = 7").fetchone()
        connection.executescript(f"BEGIN; {tampering}; COMMIT")
    findings = check_file(copy, ledger)
    assert not findings.is_sound
    assert is_seen(findings), findings


def test_a_damaged_page_is_seen(book: tuple[Path, Ledger], tmp_path: Path) -> None:
    database, ledger = book
    copy = tmp_path / "sales.db"
    content = bytearray(database.read_bytes())
    content[3 * 4096 : 3 * 4096 + 64] = bytes(64)
    copy.write_bytes(content)
    assert not check_file(copy, ledger).is_sound


def test_a_second_201_is_seen(book: tuple[Path, Ledger]) -> None:
    database, ledger = book
    other = Ledger()
    for receipt in ledger.sent.values():
        other.sends(receipt)
        other.answered(receipt, 201)
    other.answered(ledger.sent["T-000007"], 201)
    assert check_file(database, other).double == ["T-000007"]
