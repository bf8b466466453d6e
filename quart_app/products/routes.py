"""/products: a catalogue's routes."""

from quart import Blueprint

from quart_app.catalogue.routes import catalogue_blueprint
from quart_app.products.models import ProductPatch
from quart_app.products.service import Products
from quart_app.wire import Wire

_EXAMPLE = {
    "id": 990002,
    "name": "Rye bread",
    "price": "64.95",
    "unit": "pcs",
    "category": "Bakery",
}


def blueprint(products: Products, wire: Wire) -> Blueprint:
    """The routes of products."""
    return catalogue_blueprint(
        "products", products, wire, patch_type=ProductPatch, example=_EXAMPLE, known_id=6735
    )
