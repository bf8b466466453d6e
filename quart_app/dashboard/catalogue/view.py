"""A catalogue as its pages have it: where they are, what they show, what their forms fill."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from quart_app.access.acting import acting
from quart_app.catalogue.models import Entry, Listing, Patch
from quart_app.catalogue.service import Catalogue
from quart_app.dashboard.sources import Sources
from quart_app.products.models import Product, ProductListing, ProductPatch
from quart_app.stores.models import Store, StorePatch
from quart_app.values.identifiers import MAX_ID
from quart_app.values.money import Currency, Money

PAGE_ROWS = 50


class Search(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is looked for; the page begins after an id."""

    q: Annotated[str, Meta(max_length=200)] = ""
    category: Annotated[str, Meta(max_length=64)] = ""
    archived: bool = False
    after: Annotated[int, Meta(ge=0, le=MAX_ID)] = 0
    lang: str = ""

    @property
    def query(self) -> list[tuple[str, str]]:
        """The same as an address says it, from the first page on."""
        kept = (("q", self.q), ("category", self.category), ("archived", "true" * self.archived))
        return [(name, text) for name, text in kept if text]


class Found(msgspec.Struct, frozen=True):
    """A page of entries; ``after`` is where the next one begins, None where there is none."""

    entries: list[Entry]
    after: int | None


class View(msgspec.Struct, frozen=True, kw_only=True):
    """The pages below ``path``; ``members`` are those that a form has, in its order."""

    path: str
    catalogue: Catalogue[Any, Any]
    entry_type: type[Entry]
    patch_type: type[Patch]
    members: tuple[str, ...]
    required: tuple[str, ...]

    async def found(self, search: Search) -> Found:
        """The entries looked for, as far as whoever looks may see them."""
        q = search.q.strip() or None
        stores = acting().stores
        if self.entry_type is Product:
            category = search.category or None
            listing: Listing = ProductListing(
                limit=PAGE_ROWS + 1,
                after=search.after,
                q=q,
                archived=search.archived,
                category=category,
            )
        else:
            # Of some shops all are looked through, since those of others may stand between them.
            limit = PAGE_ROWS + 1 if stores is None else None
            listing = Listing(limit=limit, after=search.after, q=q, archived=search.archived)
        entries = await self.catalogue.list(listing)
        if self.entry_type is Store and stores is not None:
            entries = [one for one in entries if one.known_id in stores]
        more = len(entries) > PAGE_ROWS
        return Found(entries[:PAGE_ROWS], entries[PAGE_ROWS - 1].known_id if more else None)

    async def one(self, entry_id: int) -> Entry:
        """One that whoever looks may see; Forbidden for another's shop, NotFound."""
        if self.entry_type is Store:
            acting().require_store(entry_id)
        entry: Entry = await self.catalogue.find(entry_id)
        return entry

    def texts(self, entry: Entry | None, currency: Currency) -> dict[str, str]:
        """An entry's members as a form shows them; of a new one what it begins with."""
        if entry is None:
            return {"unit": "pcs"}
        return {name: written(getattr(entry, name), currency) for name in self.members}

    def patch(self, values: Mapping[str, Any]) -> Patch:
        """The change that makes an entry what a form says: what was left empty has no value."""
        return self.patch_type(**{name: values[name] for name in self.members})


def written(value: object, currency: Currency) -> str:
    """A member as one types it."""
    if value is None:
        return ""
    return currency.format(value) if isinstance(value, Money) else str(value)


def views(sources: Sources) -> tuple[View, View]:
    """The shops' pages and the products'."""
    return (
        View(
            path="shops",
            catalogue=sources.stores,
            entry_type=Store,
            patch_type=StorePatch,
            members=("address", "name", "timezone"),
            required=("address",),
        ),
        View(
            path="products",
            catalogue=sources.products,
            entry_type=Product,
            patch_type=ProductPatch,
            members=("name", "price", "unit", "category", "gtin"),
            required=("name", "price"),
        ),
    )
