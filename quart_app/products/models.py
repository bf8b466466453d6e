"""A product, and what a list of products may be asked for."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from quart_app.catalogue.models import Entry, Listing, Patch
from quart_app.values.money import Money
from quart_app.values.text import Code, Gtin, Name


class Product(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sold: its price for one ``unit``, with tax."""

    name: Name
    price: Money
    unit: Code = "pcs"
    category: Code | None = None
    gtin: Gtin | None = None
    archived: bool = False


class ProductPatch(Patch, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The members of a product to change."""

    name: Name | UnsetType = UNSET
    price: Money | UnsetType = UNSET
    unit: Code | UnsetType = UNSET
    category: Code | UnsetType | None = UNSET
    gtin: Gtin | UnsetType | None = UNSET


class ProductListing(Listing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The products of a category, or all; ``category=`` alone asks for those without one."""

    category: Annotated[str, Meta(max_length=64)] | None = None


class Priced(msgspec.Struct, frozen=True):
    """What selling a product needs to know."""

    price_minor: int
    unit: str
    archived: bool
