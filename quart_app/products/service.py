"""Products: a catalogue whose sold units never change."""

from collections.abc import Mapping
from functools import partial

from quart_app.access.audit import Audit
from quart_app.catalogue.service import Catalogue, Remembered
from quart_app.database.storage import Storage
from quart_app.database.transaction import Reading
from quart_app.errors import Conflict
from quart_app.products.models import Priced, Product, ProductListing
from quart_app.products.repository import ProductRepository
from quart_app.wire import Wire


class Products(Catalogue[Product, ProductListing]):
    """The chain's products."""

    noun = "product"
    columns = ("id", "name", "price", "unit", "category", "gtin")
    required = ("id", "name", "price")

    def __init__(self, storage: Storage, wire: Wire, audit: Audit) -> None:
        self._products = ProductRepository()
        super().__init__(
            storage,
            wire,
            self._products,
            audit=audit,
            entry_type=Product,
            listing_type=ProductListing,
        )
        self._priced = Remembered[Priced](self.edition)
        self._categories: tuple[str, list[str]] = "", []

    async def categories(self) -> list[str]:
        """The categories that products are in, by name, looked up once an edition."""
        edition = self.edition.name
        if self._categories[0] != edition:
            async with self.storage.read() as reading:
                self._categories = edition, await self._products.categories(reading)
        return self._categories[1]

    @property
    def priced_at_hand(self) -> Mapping[int, Priced]:
        """What is known already of products, in this edition of the catalogue."""
        return self._priced.at_hand()

    async def priced(self, reading: Reading, ids: set[int]) -> Mapping[int, Priced]:
        """What a sale needs to know of those of the ids that there are."""
        return await self._priced.of(ids, partial(self._products.priced, reading))

    async def check(self, reading: Reading, kept: Product | None, entry: Product) -> None:
        """Refuse another unit for what has been sold: its quantities would be added up wrongly."""
        if kept is None or kept.unit == entry.unit:
            return
        if await self.repository.is_sold(reading, kept.known_id):
            raise Conflict(
                f"product {kept.id} has been sold by {kept.unit}: its unit cannot become "
                f"{entry.unit}; make another product",
                code="unit_in_use",
            )
