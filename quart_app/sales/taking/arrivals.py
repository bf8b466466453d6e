"""A receipt that has come in, before it is known what becomes of it."""

import msgspec

from quart_app.sales.forms import ReceiptForm
from quart_app.sales.models import Sale
from quart_app.tills.numbers import TillKey, till_key
from quart_app.values.instant import Instant

Edition = tuple[str, str]
"""The catalogue as it stood: the names of its stores' and its products' edition."""


class Foreseen(msgspec.Struct, frozen=True, gc=False):
    """What a receipt is counted as, if the catalogue is still that of an edition by then."""

    edition: Edition
    sale: Sale


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """What was sent, how it is told from others, and when it came.

    ``at_catalogue_price`` marks the short form, which cannot stand without the catalogue.
    """

    form: ReceiptForm
    fingerprint: int
    received_at: Instant
    idempotency_key: str | None = None
    at_catalogue_price: bool = False
    foreseen: Foreseen | None = None

    @property
    def till(self) -> TillKey:
        """The till it names, and the series of its number."""
        form = self.form
        return till_key(form.store_id, form.till_id, form.series)

    def foreseen_by(self, edition: Edition) -> Sale | None:
        """What it was priced as before its turn, unless the catalogue has changed since."""
        foreseen = self.foreseen
        return None if foreseen is None or foreseen.edition != edition else foreseen.sale
