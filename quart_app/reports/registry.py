"""Every report there is: this list makes the addresses, ``GET /reports`` and the rendering."""

from quart_app.reports.models import Column, Report, TopProductsQuestion

_ID = Column("id", "id")
_REVENUE = Column("revenue", "money", "currency")

_ALL = (
    Report(
        name="top-stores",
        answers="Which stores earned most?",
        columns=(
            _ID,
            Column("address", "text"),
            _REVENUE,
            Column("receipts", "count", "receipts"),
        ),
        totals=("revenue", "receipts"),
    ),
    Report(
        name="top-products",
        answers="Which products were sold most, by quantity within a unit or by revenue?",
        columns=(
            _ID,
            Column("name", "text"),
            Column("quantity", "quantity", "unit"),
            Column("unit", "text"),
            _REVENUE,
        ),
        totals=("quantity", "revenue"),
        question=TopProductsQuestion,
    ),
)
REPORTS = {report.name: report for report in _ALL}
