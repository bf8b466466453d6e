"""Writing receipts: the rows that a group of them adds."""

from collections.abc import Iterator, Sequence

from quart_app.database.inserting import NumberedRows, inserting
from quart_app.database.steps import Statement
from quart_app.sales.models import NewKey, Sale

_SET_ASIDE_EVERY = 100

_SALES = """
    INSERT INTO sales (
           id, receipt_id, fingerprint, type, store_id, till_id, series, sequence_number,
           business_date, occurred_at_us, utc_offset_s, received_at_us, cashier_id,
           promo_code, original_receipt_id, reason, gross_minor, discount_minor,
           amount_minor, tax_minor, line_count)
    VALUES :rows
"""
_LINES = """
    INSERT INTO sale_lines (
           sale_id, line_no, product_id, quantity_milli, unit_price_minor, gross_minor,
           discount_minor, amount_minor, tax_minor)
    VALUES :rows
"""
_TENDERS = """
    INSERT INTO sale_tenders (sale_id, tender_no, type, amount_minor)
    VALUES :rows
"""
_KEYS = """
    INSERT INTO idempotency_keys (key, sale_id)
    VALUES :rows
"""


class NewSales:
    """The rows of sales that follow one another, with their lines and tenders."""

    def __init__(self) -> None:
        self.count = 0
        self._sales = NumberedRows(_SALES, 21)
        self._lines = NumberedRows(_LINES, 9)
        self._tenders = NumberedRows(_TENDERS, 4)

    def add(self, sale: Sale, fingerprint: int) -> None:
        """Make the rows of one more."""
        number = self.count
        self.count += 1
        self._sales.cells += (
            number,
            sale.receipt_id,
            fingerprint,
            sale.type,
            sale.store_id,
            sale.till_id,
            sale.series,
            sale.sequence_number,
            sale.business_date,
            sale.occurred_at_us,
            sale.utc_offset_s,
            sale.received_at_us,
            sale.cashier_id,
            sale.promo_code,
            sale.original_receipt_id,
            sale.reason,
            sale.gross_minor,
            sale.discount_minor,
            sale.amount_minor,
            sale.tax_minor,
            len(sale.lines),
        )
        cells = self._lines.cells
        for line in sale.lines:
            cells += (
                number,
                line.line_no,
                line.product_id,
                line.quantity_milli,
                line.unit_price_minor,
                line.gross_minor,
                line.discount_minor,
                line.amount_minor,
                line.tax_minor,
            )
        for tender_no, tender in enumerate(sale.tenders, 1):
            self._tenders.cells += (number, tender_no, tender.type, tender.amount_minor)
        if number % _SET_ASIDE_EVERY == 0:
            for rows in (self._sales, self._lines, self._tenders):
                rows.set_aside()

    def statements(self, first_id: int) -> Iterator[Statement]:
        """What writes them under ids from this one on."""
        for rows in (self._sales, self._lines, self._tenders):
            yield from rows.statements(first_id)


def binding_keys(keys: Sequence[NewKey]) -> list[Statement]:
    """What binds idempotency keys to sales that are written by then."""
    return [*inserting(_KEYS, [(new.key, new.sale_id) for new in keys])]
