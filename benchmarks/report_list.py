"""The reports that are measured: how each is asked of us, and in SQL of others."""

from dataclasses import dataclass
from datetime import date

from benchmarks.rivals import report_queries as sql

_EPOCH = date(1970, 1, 1)
_MONTH = "month=2024-10"
FIRST, LAST = ((day - _EPOCH).days for day in (date(2024, 10, 1), date(2024, 10, 31)))
_ALL = ("gross", "discounts", "returns", "revenue", "tax", "receipts", "return_receipts")
_MONEY = _ALL[:4]


@dataclass(frozen=True)
class Report:
    """A report as it is asked of us and of others."""

    name: str
    query: str
    columns: tuple[str, ...]
    """The others' columns by our names."""
    of_receipts: bool = False
    """Whether it can be told from receipts without their lines."""
    report: str = ""
    """Where it is not the name: the report it is, and its further parameters."""
    of_postgres: str = ""
    """Another query, where PostgreSQL has a better one."""

    @property
    def path(self) -> str:
        """The address, for a month."""
        name, _, more = (self.report or self.name).partition("?")
        return f"/api/v1/reports/{name}?{_MONTH}" + (f"&{more}" if more else "")


REPORTS = (
    Report("summary", sql.SUMMARY, _ALL, of_receipts=True),
    Report("stores", sql.STORES, ("id", *_ALL), of_receipts=True),
    Report("top-stores", sql.TOP_STORES, ("id", "revenue", "receipts"), of_receipts=True),
    Report("top-products", sql.TOP_PRODUCTS, ("id", "quantity", "revenue")),
    Report(
        "top-products-by-revenue",
        sql.TOP_PRODUCTS_BY_REVENUE,
        ("id", "quantity", "revenue"),
        report="top-products?by=revenue",
    ),
    Report("products", sql.PRODUCTS, ("id", "quantity", *_MONEY)),
    Report("categories", sql.CATEGORIES, ("category", *_MONEY)),
    Report("timeline", sql.TIMELINE, ("date", *_ALL), of_receipts=True),
    Report("hours", sql.HOURS, ("weekday", "hour", "receipts", "revenue"), of_receipts=True),
    Report("abc", sql.ABC, ("id", "revenue", "class")),
    Report(
        "idle-products",
        sql.IDLE,
        ("id", "last_sold_on"),
        of_postgres=sql.IDLE_BY_INDEX,
    ),
    Report("tenders", sql.TENDERS, ("tender", "receipts", "amount")),
    Report(
        "tills",
        sql.TILLS,
        (
            *("store_id", "till_id", "cashier_id", "receipts", "return_receipts"),
            *("discounts", "returns", "revenue"),
        ),
        of_receipts=True,
    ),
    Report(
        "promotions",
        sql.PROMOTIONS,
        ("promo_code", "receipts", "discounts", "revenue"),
        of_receipts=True,
    ),
)
"""All but completeness, which no table of lines can tell."""
COMPLETENESS = Report("completeness", "", ())
