"""The measures: each is computed here and nowhere else, from sums that the SQL files give.

Percentages and ratios are integers of hundredths, rounded half up.
"""

import re

import msgspec

from quart_app.reports.models import Column, ColumnType


class Measure(msgspec.Struct, frozen=True):
    """A figure that can be added up over rows and then computed.

    ``formula`` is SQL over sums, the ``parts``, each with ``{p}`` before it for the row or the
    totals they are of.
    """

    column: Column
    formula: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The sums it is computed from."""
        return tuple(dict.fromkeys(re.findall(r"\{p\}(\w+)", self.formula)))

    def of(self, rows: str) -> str:
        """Its SQL over the sums of ``rows``."""
        return self.formula.format(p=f"{rows}.")


def _ratio(numerator: str, denominator: str) -> str:
    """Half up, of figures from zero up; nothing to divide by is zero."""
    divided = f"(2 * ({numerator}) + {denominator}) / (2 * {denominator})"
    return f"CASE WHEN {denominator} > 0 THEN {divided} ELSE 0 END"


_REVENUE = "{p}gross_minor - {p}discount_minor - {p}returns_minor"
_ALL: tuple[tuple[str, ColumnType, str | None, str], ...] = (
    ("gross", "money", "currency", "{p}gross_minor"),
    ("discounts", "money", "currency", "{p}discount_minor"),
    ("returns", "money", "currency", "{p}returns_minor"),
    ("revenue", "money", "currency", _REVENUE),
    ("tax", "money", "currency", "{p}tax_minor"),
    ("net", "money", "currency", f"{_REVENUE} - {{p}}tax_minor"),
    ("receipts", "count", "receipts", "{p}receipts"),
    ("return_receipts", "count", "receipts", "{p}return_receipts"),
    (
        "average_receipt",
        "money",
        "currency",
        _ratio("{p}gross_minor - {p}discount_minor", "{p}receipts"),
    ),
    ("items_per_receipt", "ratio", "lines", _ratio("100 * {p}sale_lines", "{p}receipts")),
    ("quantity", "quantity", "unit", "{p}quantity_milli"),
    ("amount", "money", "currency", "{p}amount_minor"),
    ("voids", "count", "receipts", "{p}voids"),
    ("held", "count", "receipts", "{p}held"),
    ("missing_receipts", "count", "receipts", "{p}missing_receipts"),
    ("silent_tills", "count", "tills", "{p}silent_tills"),
)
MEASURES = {name: Measure(Column(name, kind, unit), formula) for name, kind, unit, formula in _ALL}


def measures(*names: str) -> tuple[Column, ...]:
    """The columns of measures, in the order of their names."""
    return tuple(MEASURES[name].column for name in names)


MONEY = measures("gross", "discounts", "returns", "revenue")
"""What was sold, taken off and given back."""
ALL_BUT_QUANTITY = (
    *MONEY,
    *measures("tax", "net", "receipts", "return_receipts", "average_receipt", "items_per_receipt"),
)
"""Every measure that can be told of receipts in any units."""
