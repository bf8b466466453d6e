"""The pages of what stands behind the figures, and who may open each."""

from quart import Blueprint

from quart_app.dashboard.account.entrance import Page
from quart_app.dashboard.boxes.audit_routes import add_audit
from quart_app.dashboard.boxes.held_routes import add_held
from quart_app.dashboard.boxes.keys_routes import add_keys
from quart_app.dashboard.boxes.people_routes import add_people
from quart_app.dashboard.boxes.tills_routes import add_tills
from quart_app.dashboard.pages import Pages
from quart_app.dashboard.sources import Sources


def add_boxes(blueprint: Blueprint, page: Page, pages: Pages, sources: Sources) -> None:
    """Add them to the pages' blueprint."""
    add_held(blueprint, page, pages, sources)
    add_tills(blueprint, page, pages, sources)
    add_keys(blueprint, page, pages, sources)
    add_people(blueprint, page, sources)
    add_audit(blueprint, page, pages, sources)
