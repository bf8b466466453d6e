"""The rows that a till's receipts come to, made beforehand: those that the service writes.

The totals are added up for a batch, and a product's ranks are written when they change.
"""

from collections import Counter, defaultdict
from typing import Any, NamedTuple

from benchmarks.chain import UTC_OFFSET_S, Chain, Receipt

DAY = 20_400
"""2025-11-08, in days since 1970."""
_MONTH = 202511
PRAGMAS = """
    PRAGMA foreign_keys = ON;
    PRAGMA cell_size_check = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -16384;
"""
_SALES = """
    INSERT INTO sales (id, receipt_id, fingerprint, type, store_id, till_id, series,
                       sequence_number, business_date, occurred_at_us, utc_offset_s,
                       received_at_us, gross_minor, discount_minor, amount_minor, tax_minor,
                       line_count)
    VALUES (?, ?, ?, 'sale', ?, 'T1', '', ?, ?, ?, ?, ?, ?, 0, ?, 0, ?)
"""
_SALE_LINES = """
    INSERT INTO sale_lines (sale_id, line_no, product_id, quantity_milli, unit_price_minor,
                            gross_minor, discount_minor, amount_minor, tax_minor)
    VALUES (?, ?, ?, ?, ?, ?, 0, ?, 0)
"""
_TENDERS = "INSERT INTO sale_tenders (sale_id, tender_no, type, amount_minor) VALUES (?, 1, ?, ?)"
_TILLS = """
    INSERT INTO tills (store_id, till_id, series, last_receipt_id, last_occurred_at_us,
                       last_received_at_us, clock_skew_us, first_number, first_number_date,
                       last_number, last_number_date)
    VALUES (?, 'T1', '', ?, ?, ?, 0, ?, ?, ?, ?)
    ON CONFLICT (store_id, till_id, series)
    DO UPDATE SET last_receipt_id = excluded.last_receipt_id,
       last_occurred_at_us = excluded.last_occurred_at_us,
       last_received_at_us = excluded.last_received_at_us,
       last_number = excluded.last_number, last_number_date = excluded.last_number_date
"""


def _adding(table: str, keys: str, sums: str, others: str) -> str:
    """An upsert of keys, sums that are added, and sums that are zero."""
    columns = [*keys.split(), *sums.split(), *others.split()]
    cells = ["?"] * len([*keys.split(), *sums.split()]) + ["0"] * len(others.split())
    added = ", ".join(f"{name} = {name} + excluded.{name}" for name in sums.split())
    return f"""
    INSERT INTO {table} ({", ".join(columns)})
    VALUES ({", ".join(cells)})
    ON CONFLICT ({", ".join(keys.split())}) DO UPDATE SET {added}
    """


_STORE_SUMS = ("gross_minor receipts sale_lines", "discount_minor returns_minor tax_minor")
_TILL_SUMS = ("gross_minor receipts", "discount_minor returns_minor return_receipts voids")
_PRODUCT_SUMS = ("quantity_milli gross_minor lines", "discount_minor returns_minor")
_OF_STORES = (_STORE_SUMS[0], f"{_STORE_SUMS[1]} return_receipts")
_STORE_DAYS = _adding("store_day_totals", "business_date store_id", *_OF_STORES)
_STORE_MONTHS = _adding("store_month_totals", "business_month store_id", *_OF_STORES)
_HOURS = _adding("hour_totals", "business_date local_hour", *_OF_STORES)
_TILL_MONTHS = _adding(
    "till_month_totals", "business_month store_id till_id cashier_id", *_TILL_SUMS
)
_TILL_DAYS = """
    INSERT INTO till_day_totals (business_date, store_id, till_id, cashier_id,
                                 first_occurred_at_us, gross_minor, receipts, discount_minor,
                                 returns_minor, return_receipts, voids)
    VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0)
    ON CONFLICT (business_date, store_id, till_id, cashier_id)
    DO UPDATE SET first_occurred_at_us = MIN(first_occurred_at_us, excluded.first_occurred_at_us),
       gross_minor = gross_minor + excluded.gross_minor, receipts = receipts + excluded.receipts
"""
_TENDER_DAYS = _adding(
    "tender_day_totals", "business_date tender", "amount_minor receipts", "return_receipts"
)
_CATEGORY_DAYS = _adding("category_day_totals", "business_date category unit", *_PRODUCT_SUMS)
_PRODUCT_DAYS = _adding("product_day_totals", "business_date product_id", *_PRODUCT_SUMS)
_PRODUCT_MONTHS = """
    INSERT INTO product_month_totals (business_month, product_id, quantity_milli, gross_minor,
                                      lines, discount_minor, returns_minor, last_sold_on, unit)
    VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?)
    ON CONFLICT (business_month, product_id)
    DO UPDATE SET quantity_milli = quantity_milli + excluded.quantity_milli,
       gross_minor = gross_minor + excluded.gross_minor, lines = lines + excluded.lines,
       last_sold_on = MAX(last_sold_on, excluded.last_sold_on)
"""
_RANKS = """
    UPDATE product_month_totals
       SET quantity_rank_milli = ?, revenue_rank_minor = ?
     WHERE business_month = ? AND product_id = ?
"""
TOTALS = (
    "store_day_totals",
    "store_month_totals",
    "till_day_totals",
    "till_month_totals",
    "hour_totals",
    "tender_day_totals",
    "category_day_totals",
    "product_day_totals",
    "product_month_totals",
)
"""The tables in which the same receipts come to the same."""
Rows = list[tuple[Any, ...]]


class Numbered(NamedTuple):
    """A receipt with the key of its row and its till's number for it."""

    key: int
    number: int
    receipt: Receipt

    @property
    def receipt_id(self) -> str:
        """What it is sent under."""
        return f"batch-{self.key:09}"

    @property
    def at_us(self) -> int:
        """When it happened."""
        local_s = self.receipt.day * 86_400 + self.receipt.second
        return (local_s - UTC_OFFSET_S) * 1_000_000

    @property
    def gross_minor(self) -> int:
        """What its lines come to."""
        return sum(line.gross_minor for line in self.receipt.lines)


class RawRows:
    """Makes them, batch after batch."""

    def __init__(self, chain: Chain) -> None:
        self._products = {product.id: product for product in chain.products}
        self._sold: dict[int, list[int]] = {}
        self._ranks: dict[int, tuple[int, int]] = {}

    def of(self, store_id: int, numbered: list[Numbered]) -> dict[str, Rows]:
        """The rows of one till's next receipts, by the statement that writes them."""
        sales, lines, tenders = [], [], []
        products: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        hours: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for one in numbered:
            gross, count = one.gross_minor, len(one.receipt.lines)
            head = (one.key, one.receipt_id, hash((one.key, gross)), store_id, one.number, DAY)
            times = (one.at_us, UTC_OFFSET_S, one.at_us)
            sales.append((*head, *times, gross, gross, count))
            tenders.append((one.key, "card", gross))
            _add(hours[one.receipt.day * 24 + one.receipt.second // 3600], (gross, 1, count))
            for line_no, line in enumerate(one.receipt.lines, 1):
                price, paid = line.unit_price_minor, line.gross_minor
                what = (one.key, line_no, line.product_id, line.quantity_milli)
                lines.append((*what, price, paid, paid))
                _add(products[line.product_id], (line.quantity_milli, paid, 1))
        taken, last = sum(one.gross_minor for one in numbered), numbered[-1]
        receipts, till = len(sales), (store_id, "T1", "")
        first_us = min(one.at_us for one in numbered)
        heard = (last.at_us, last.at_us, numbered[0].number, DAY, last.number, DAY)
        return {
            _SALES: sales,
            _SALE_LINES: lines,
            _TENDERS: tenders,
            _STORE_DAYS: [(DAY, store_id, taken, receipts, len(lines))],
            _STORE_MONTHS: [(_MONTH, store_id, taken, receipts, len(lines))],
            _TILL_DAYS: [(DAY, *till, first_us, taken, receipts)],
            _TILL_MONTHS: [(_MONTH, *till, taken, receipts)],
            _HOURS: [(DAY, hour, *of) for hour, of in sorted(hours.items())],
            _TENDER_DAYS: [(DAY, "card", taken, receipts)],
            **self._of_products({key: tuple(of) for key, of in sorted(products.items())}),
            _TILLS: [(store_id, last.receipt_id, *heard)],
        }

    def _of_products(self, sold: dict[int, tuple[int, ...]]) -> dict[str, Rows]:
        categories: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        ranks = []
        for product_id, of in sold.items():
            product = self._products[product_id]
            categories[product.category, product.unit].update(dict(enumerate(of)))
            sums = self._sold.setdefault(product_id, [0, 0, 0])
            _add(sums, of)
            new = (_first_digit(sums[0]), _first_digit(sums[1]))
            if new != self._ranks.get(product_id):
                self._ranks[product_id] = new
                ranks.append((*new, _MONTH, product_id))
        return {
            _PRODUCT_DAYS: [(DAY, product_id, *of) for product_id, of in sold.items()],
            _PRODUCT_MONTHS: [
                (_MONTH, product_id, *of, DAY, self._products[product_id].unit)
                for product_id, of in sold.items()
            ],
            _RANKS: ranks,
            _CATEGORY_DAYS: [
                (DAY, *which, of[0], of[1], of[2]) for which, of in sorted(categories.items())
            ],
        }


def _add(sums: list[int], more: tuple[int, ...]) -> None:
    for at, one in enumerate(more):
        sums[at] += one


def _first_digit(sum_: int) -> int:
    """An integer rounded down to its first digit, as the service's ranks are."""
    digits = str(sum_)
    return int(digits[0].ljust(len(digits), "0"))
