"""The pages of held receipts: by their causes, with what mends each; one by one."""

from typing import Annotated

import msgspec
from msgspec import Meta
from quart import Blueprint, Response

from quart_app.access.acting import acting
from quart_app.dashboard.account.entrance import Page, tried
from quart_app.dashboard.account.forms import NothingForm
from quart_app.dashboard.account.signing_in import to
from quart_app.dashboard.boxes.held_pages import HeldPages
from quart_app.dashboard.boxes.paging import PageNumber
from quart_app.dashboard.forms import read_form
from quart_app.dashboard.pages import Pages
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import asked_language
from quart_app.products.models import Product
from quart_app.stores.models import Store
from quart_app.values.calendar import ZoneName
from quart_app.values.identifiers import MAX_ID, Id
from quart_app.values.money import Money
from quart_app.values.text import Code, Name
from quart_app.web.bodies import read_query

RECEIPTS_A_PAGE = 50


class HeldQuestion(PageNumber, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page; what has been added just now; and the language from now on."""

    added: Id | None = None
    to: str | None = None
    lang: str | None = None


class CauseQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which receipts: those of a cause, after one."""

    code: Code
    number: Id | None = None
    after: Annotated[int, Meta(ge=0, le=MAX_ID)] = 0
    lang: str | None = None


class ProductForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product that receipts name and the catalogue lacks."""

    id: Id
    name: Name
    price: Money
    unit: Code = "pcs"
    category: Code | None = None


class StoreForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A shop that receipts name and the catalogue lacks."""

    id: Id
    name: Name | None = None
    place: Name
    zone: ZoneName | None = None


class ReasonForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a receipt is given up."""

    reason: Name


def add_held(blueprint: Blueprint, page: Page, pages: Pages, sources: Sources) -> None:
    """Add them to the pages' blueprint."""
    held_sales, wire = sources.held_sales, sources.wire
    view = HeldPages(sources, pages)

    @blueprint.get("/held")
    async def held_page() -> Response:
        question = read_query(wire, HeldQuestion)
        values = await view.causes(question.page)
        if question.added is not None:
            values["added"] = question.to, question.added
        return page("boxes/held", asked_language(), **values)

    @blueprint.get("/held/receipts")
    async def held_receipts() -> Response:
        question = read_query(wire, CauseQuestion)
        ids = await held_sales.of_cause(
            question.code, question.number, RECEIPTS_A_PAGE + 1, question.after
        )
        return page(
            "boxes/held_receipts",
            asked_language(),
            question=question,
            rows=await view.receipts([*ids[:RECEIPTS_A_PAGE]]),
            after=ids[RECEIPTS_A_PAGE - 1] if len(ids) > RECEIPTS_A_PAGE else None,
        )

    @blueprint.get("/held/<id:held_id>")
    async def held_one(held_id: int) -> Response:
        return page("boxes/held_one", asked_language(), **await view.one(held_id))

    _add_mending(blueprint, page, view, sources)
    _add_settling(blueprint, page, view, sources)


def _add_mending(blueprint: Blueprint, page: Page, view: HeldPages, sources: Sources) -> None:
    """What the catalogue lacks is added from the page itself."""
    held_sales, wire = sources.held_sales, sources.wire

    @blueprint.post("/held/product")
    async def add_product() -> Response:
        acting().require_all_stores()
        values = await view.causes()

        async def work() -> Response:
            form = await read_form(wire, ProductForm)
            product = Product(
                id=form.id,
                name=form.name,
                price=form.price,
                unit=form.unit,
                category=form.category,
            )
            await sources.products.create(product)
            await held_sales.catch_up()
            return to(f"/held?added={form.id}&to=products")

        return await tried(page, "boxes/held", work(), **values)

    @blueprint.post("/held/store")
    async def add_store() -> Response:
        acting().require_all_stores()
        values = await view.causes()

        async def work() -> Response:
            form = await read_form(wire, StoreForm)
            store = Store(id=form.id, name=form.name, address=form.place, timezone=form.zone)
            await sources.stores.create(sources.stores.complete(store))
            await held_sales.catch_up()
            return to(f"/held?added={form.id}&to=stores")

        return await tried(page, "boxes/held", work(), **values)


def _add_settling(blueprint: Blueprint, page: Page, view: HeldPages, sources: Sources) -> None:
    """One receipt is tried again, or given up."""
    held_sales, wire = sources.held_sales, sources.wire

    @blueprint.post("/held/<id:held_id>/retry")
    async def retry_held(held_id: int) -> Response:
        values = await view.one(held_id)

        async def work() -> Response:
            await read_form(wire, NothingForm)
            await held_sales.retry(held_id)
            return to(f"/held/{held_id}")

        return await tried(page, "boxes/held_one", work(), **values)

    @blueprint.post("/held/<id:held_id>/discard")
    async def discard_held(held_id: int) -> Response:
        values = await view.one(held_id)

        async def work() -> Response:
            form = await read_form(wire, ReasonForm)
            await held_sales.discard(held_id, form.reason)
            return to(f"/held/{held_id}")

        return await tried(page, "boxes/held_one", work(), **values)
