"""What comes in from tills: read, and priced before its turn to be written if it can be."""

from collections.abc import Sequence
from contextlib import suppress

import msgspec

from quart_app.database.storage import Storage
from quart_app.errors import TooSlow
from quart_app.products.service import Products
from quart_app.sales.forms import ReceiptForm, fingerprint
from quart_app.sales.models import Sale
from quart_app.sales.taking.arrivals import Arrival, Edition, Foreseen
from quart_app.sales.taking.plain import PlainReader, PlainReceipt
from quart_app.sales.taking.pricing import LinesRefused, as_counted
from quart_app.sales.taking.turns import Turns
from quart_app.stores.service import Stores
from quart_app.values.calendar import ChainCalendar
from quart_app.values.identifiers import new_receipt_id
from quart_app.values.instant import Instant
from quart_app.wire import Wire


class Read(msgspec.Struct, frozen=True, gc=False):
    """A receipt that could be read, and what it was read from."""

    sent: bytes
    form: ReceiptForm | PlainReceipt
    canonical: bytes


class Reception:
    """Reads receipts, and prices them by what is at hand of the catalogue."""

    def __init__(
        self,
        storage: Storage,
        stores: Stores,
        products: Products,
        *,
        wire: Wire,
        calendar: ChainCalendar,
    ) -> None:
        self.calendar = calendar
        self._storage = storage
        self._stores = stores
        self._products = products
        self._wire = wire
        self._decoder = wire.decoder(ReceiptForm)
        self._plain_reader = PlainReader(wire)
        self.turns = Turns()

    @property
    def edition(self) -> Edition:
        """The catalogue as it stands."""
        return self._stores.edition.name, self._products.edition.name

    def read(self, sent: bytes) -> tuple[ReceiptForm, bytes]:
        """Read a receipt, and its canonical text; Malformed or Invalid."""
        return self._wire.decode_sent(self._decoder, sent)

    def read_part(self, sent: bytes) -> Read:
        """Read a receipt of a batch; Malformed or Invalid."""
        return Read(sent, *(self._plain_reader.read(sent) or self.read(sent)))

    async def look_up(self, forms: Sequence[ReceiptForm | PlainReceipt]) -> None:
        """Have at hand what these receipts speak of, as far as there is any.

        Not where reports keep all readers busy: it is looked up when it is judged then.
        """
        shops, products = self._stores.shops_at_hand, self._products.priced_at_hand
        store_ids = {form.store_id for form in forms if form.store_id not in shops}
        product_ids = {
            line.product_id
            for form in forms
            for line in form.lines
            if line.product_id not in products
        }
        if (store_ids or product_ids) and self._storage.has_idle_reader:
            with suppress(TooSlow):
                async with self._storage.read() as reading:
                    await self._stores.shops(reading, store_ids)
                    await self._products.priced(reading, product_ids)

    def price(self, form: ReceiptForm | PlainReceipt, received_at: Instant) -> Sale | None:
        """What it is counted as by what is at hand; None where that cannot be told."""
        shop = self._stores.shops_at_hand.get(form.store_id)
        if shop is None:
            return None
        products, day_start = self._products.priced_at_hand, self.calendar.day_start
        receipt_id = form.receipt_id or new_receipt_id(received_at)
        try:
            return as_counted(form, received_at, receipt_id, shop, products, day_start)
        except (KeyError, LinesRefused):
            return None

    def arrived(
        self,
        form: ReceiptForm,
        canonical: bytes,
        now: Instant,
        key: str | None = None,
        *,
        at_catalogue_price: bool = False,
    ) -> Arrival:
        """A receipt that came in with this canonical text."""
        sale = None if at_catalogue_price else self.price(form, now)
        foreseen = None if sale is None else Foreseen(self.edition, sale)
        return Arrival(form, fingerprint(canonical), now, key, at_catalogue_price, foreseen)
