"""Every report there is: this list makes the addresses, ``GET /reports`` and the command.

A new report is an entry here, a file in ``sql/``, a paragraph in docs/reports.md and a test.
"""

from quart_app.reports.measures import ALL_BUT_QUANTITY, MONEY, measures
from quart_app.reports.models import (
    Column,
    IdleQuestion,
    ListQuestion,
    Report,
    StoresQuestion,
    SummaryQuestion,
    TimelineQuestion,
    TopProductsQuestion,
)
from quart_app.reports.shares import CLASS, CUMULATIVE, SHARE

_ID = Column("id", "id")
_NAME = Column("name", "text")
_ADDRESS = Column("address", "text")
_CATEGORY = Column("category", "text")
_UNIT = Column("unit", "text")

_ALL = (
    Report(
        name="summary",
        answers="How much was sold, taken off, given back and earned?",
        source="summary",
        columns=ALL_BUT_QUANTITY,
        key=(),
        order=(),
        question=SummaryQuestion,
    ),
    Report(
        name="top-stores",
        answers="Which stores earned most?",
        source="stores",
        columns=(_ID, _ADDRESS, *measures("revenue", "receipts")),
        key=("id",),
        order=("-revenue",),
        limit=10,
        question=StoresQuestion,
    ),
    Report(
        name="top-products",
        answers="Which products were sold most, by quantity within a unit or by revenue?",
        source="products",
        columns=(_ID, _NAME, *measures("quantity"), _UNIT, *measures("revenue")),
        key=("id",),
        order=("-quantity",),
        limit=10,
        question=TopProductsQuestion,
    ),
    Report(
        name="stores",
        answers="What did each store sell and earn?",
        source="stores",
        columns=(_ID, _ADDRESS, *ALL_BUT_QUANTITY, SHARE),
        key=("id",),
        order=("-revenue",),
        question=StoresQuestion,
    ),
    Report(
        name="products",
        answers="What did each product sell and earn?",
        source="products",
        columns=(_ID, _NAME, _CATEGORY, _UNIT, *measures("quantity"), *MONEY, SHARE),
        key=("id",),
        order=("-revenue",),
        unsummed=("quantity",),
    ),
    Report(
        name="categories",
        answers="What did each category of products earn?",
        source="categories",
        columns=(_CATEGORY, *MONEY, SHARE),
        key=("category",),
        order=("-revenue",),
    ),
    Report(
        name="timeline",
        answers="How did each day, week or month of the period go?",
        source="timeline",
        columns=(Column("date", "date"), *ALL_BUT_QUANTITY),
        key=("date",),
        order=("date",),
        question=TimelineQuestion,
    ),
    Report(
        name="hours",
        answers="At which hours of which weekdays is there trade?",
        source="hours",
        columns=(
            Column("weekday", "count"),
            Column("hour", "count"),
            *measures("receipts", "revenue"),
        ),
        key=("weekday", "hour"),
        order=("weekday", "hour"),
    ),
    Report(
        name="abc",
        answers="Which few products earn most (A), which some (B), which many little (C)?",
        source="products",
        columns=(_ID, _NAME, *measures("revenue"), SHARE, CUMULATIVE, CLASS),
        key=("id",),
        order=("-revenue",),
    ),
    Report(
        name="idle-products",
        answers="Which products have not been sold for long?",
        source="idle-products",
        columns=(
            _ID,
            _NAME,
            _CATEGORY,
            Column("last_sold_on", "date"),
            Column("days_idle", "count", "days"),
        ),
        key=("id",),
        order=("last_sold_on",),
        question=IdleQuestion,
    ),
    Report(
        name="tenders",
        answers="How was it paid?",
        source="tenders",
        columns=(Column("tender", "text"), *measures("receipts", "amount")),
        key=("tender",),
        order=("-amount",),
        unsummed=("receipts",),
    ),
    Report(
        name="tills",
        answers="What went through each till, and who was at it?",
        source="tills",
        columns=(
            Column("store_id", "id"),
            Column("till_id", "text"),
            Column("cashier_id", "text"),
            *measures("receipts", "return_receipts", "voids", "discounts", "returns", "revenue"),
        ),
        key=("store_id", "till_id", "cashier_id"),
        order=("store_id", "till_id", "cashier_id"),
    ),
    Report(
        name="completeness",
        answers="What do each store's figures lack: held or missing receipts, silent tills?",
        source="completeness",
        columns=(
            Column("store_id", "id"),
            _ADDRESS,
            *measures("held", "missing_receipts", "silent_tills"),
            Column("last_receipt_at", "instant"),
        ),
        key=("store_id",),
        order=("store_id",),
        question=ListQuestion,
    ),
    Report(
        name="promotions",
        answers="What did each promo code give away and bring in?",
        source="promotions",
        columns=(Column("promo_code", "text"), *measures("receipts", "discounts", "revenue")),
        key=("promo_code",),
        order=("-revenue",),
    ),
)
REPORTS = {report.name: report for report in _ALL}
