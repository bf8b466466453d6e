"""What a group of receipts adds to the kept totals: signed, so that a void takes it away again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from quart_app.sales.models import Sale
from quart_app.values.calendar import month_of

_Sums = defaultdict[tuple[int, int], list[int]]


class Totals:
    """Sums by key, in the order of the columns of each totals table."""

    def __init__(self, sales: Iterable[Sale]) -> None:
        self._store_days: _Sums = defaultdict(lambda: [0] * 7)
        self._product_days: _Sums = defaultdict(lambda: [0] * 5)
        for sale in sales:
            self._add(sale)

    def store_days(self) -> list[tuple[int, ...]]:
        """Rows of ``store_day_totals``."""
        return list(_rows(self._store_days))

    def product_days(self) -> list[tuple[int, ...]]:
        """Rows of ``product_day_totals``."""
        return list(_rows(self._product_days))

    def product_months(self) -> list[tuple[int, ...]]:
        """Rows of ``product_month_totals``."""
        months: _Sums = defaultdict(lambda: [0] * 5)
        for (day, product_id), sums in self._product_days.items():
            _accumulate(months[month_of(day), product_id], sums)
        return list(_rows(months))

    def _add(self, sale: Sale) -> None:
        is_sale = sale.type == "sale"
        store_day = self._store_days[sale.business_date, sale.store_id]
        if is_sale:
            added = (
                sale.gross_minor,
                sale.discount_minor,
                0,
                sale.tax_minor,
                1,
                0,
                len(sale.lines),
            )
        else:
            added = (0, 0, sale.amount_minor, -sale.tax_minor, 0, 1, 0)
        _accumulate(store_day, added)
        for line in sale.lines:
            sums = self._product_days[sale.business_date, line.product_id]
            if is_sale:
                sums[0] += line.quantity_milli
                sums[1] += line.gross_minor
                sums[2] += line.discount_minor
            else:
                sums[0] -= line.quantity_milli
                sums[3] += line.amount_minor
            sums[4] += 1


def _accumulate(sums: list[int], added: Iterable[int]) -> None:
    for i, number in enumerate(added):
        sums[i] += number


def _rows(sums: _Sums) -> Iterator[tuple[int, ...]]:
    # In the order of the key, so that neighbours are written to the same page.
    return ((*key, *sums[key]) for key in sorted(sums))
