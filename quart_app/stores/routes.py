"""/stores: a catalogue's routes."""

from quart import Blueprint

from quart_app.catalogue.routes import catalogue_blueprint
from quart_app.stores.models import StorePatch
from quart_app.stores.service import Stores
from quart_app.wire import Wire

_EXAMPLE = {"id": 990002, "address": "Main Street 1", "timezone": "Europe/Moscow", "name": "Corner"}


def blueprint(stores: Stores, wire: Wire) -> Blueprint:
    """The routes of stores."""
    return catalogue_blueprint(
        "stores", stores, wire, patch_type=StorePatch, example=_EXAMPLE, known_id=7
    )
