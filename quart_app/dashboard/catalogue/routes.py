"""The pages of a catalogue: its list, one entry, and the forms that change it."""

from urllib.parse import urlencode

import msgspec
from quart import Blueprint, Response, request

from quart_app.access.acting import acting
from quart_app.dashboard.account.entrance import Page
from quart_app.dashboard.account.forms import NothingForm
from quart_app.dashboard.account.signing_in import to
from quart_app.dashboard.catalogue.editing import edited, fields_of, typed
from quart_app.dashboard.catalogue.import_routes import ImportPages
from quart_app.dashboard.catalogue.view import Search, View, views
from quart_app.dashboard.forms import read_form
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import viewer
from quart_app.errors import Conflict, Invalid
from quart_app.parameters import read_parameters
from quart_app.web.problems import status_of

_ID = "<id:entry_id>"


def add_catalogue(blueprint: Blueprint, page: Page, sources: Sources) -> None:
    """Add the pages of shops and of products to the pages' blueprint."""
    for view in views(sources):
        EntryPages(page, sources, view).add_to(blueprint)
        ImportPages(page, view).add_to(blueprint)


class EntryPages(msgspec.Struct, frozen=True):
    """The pages of a catalogue's entries."""

    page: Page
    sources: Sources
    view: View

    def add_to(self, blueprint: Blueprint) -> None:
        """Add them, each under its address."""
        for rule, method, name, routine in (
            ("", "GET", "list", self.listed),
            ("/new", "GET", "new", self.ask),
            ("/new", "POST", "add", self.write),
            (f"/{_ID}", "GET", "one", self.one),
            (f"/{_ID}/edit", "GET", "edit", self.ask),
            (f"/{_ID}/edit", "POST", "change", self.write),
            (f"/{_ID}/remove", "GET", "ask_removal", self.ask_removal),
            (f"/{_ID}/remove", "POST", "remove", self.remove),
            (f"/{_ID}/restore", "POST", "restore", self.restore),
        ):
            path, endpoint = f"/{self.view.path}{rule}", f"{self.view.path}_{name}"
            blueprint.add_url_rule(path, endpoint, routine, methods=[method])

    async def listed(self) -> Response:
        """Those looked for, a page at a time."""
        given = [(name, [text]) for name, text in request.args.items() if text]
        search = read_parameters(self.sources.wire, Search, given)
        found = await self.view.found(search)
        query = search.query
        return self._show(
            "list",
            search=search,
            found=found,
            categories=await self.sources.products.categories(),
            first=urlencode(query),
            following=urlencode([*query, ("after", found.after or 0)]),
        )

    async def one(self, entry_id: int) -> Response:
        """One of them."""
        return self._show("entry", entry=await self.view.one(entry_id))

    async def ask(self, entry_id: int | None = None) -> Response:
        """The form of one, or of a new one."""
        acting().require_all_stores()
        return await self._form(entry_id)

    async def write(self, entry_id: int | None = None) -> Response:
        """What the form says, written; the form again where it is refused."""
        texts = await typed()
        acting().require_all_stores()
        try:
            kept = await edited(self.view, self.sources.wire, entry_id, texts)
        except (Invalid, Conflict) as error:
            reply = await self._form(entry_id, texts=texts, faults=fields_of(error))
            reply.status_code = status_of(error)
            return reply
        return to(f"/{self.view.path}/{kept.known_id}")

    async def ask_removal(self, entry_id: int) -> Response:
        """What removing one would mean."""
        acting().require_all_stores()
        entry = await self.view.one(entry_id)
        is_sold = await self.view.catalogue.is_sold(entry_id)
        return self._show("remove", entry=entry, is_sold=is_sold)

    async def remove(self, entry_id: int) -> Response:
        """Delete one, or archive it."""
        await read_form(self.sources.wire, NothingForm)
        await self.view.catalogue.delete(entry_id)
        return to(f"/{self.view.path}")

    async def restore(self, entry_id: int) -> Response:
        """Take one out of the archive."""
        await read_form(self.sources.wire, NothingForm)
        await self.view.catalogue.change(entry_id, self.view.patch_type(archived=False))
        return to(f"/{self.view.path}/{entry_id}")

    async def _form(self, entry_id: int | None, **values: object) -> Response:
        entry = None if entry_id is None else await self.view.one(entry_id)
        shown = {
            "texts": self.view.texts(entry, self.sources.wire.currency),
            "faults": {},
            "categories": await self.sources.products.categories(),
            "zones": sorted(await self.sources.stores.zones()),
        }
        return self._show("edit", entry=entry, **(shown | values))

    def _show(self, name: str, **values: object) -> Response:
        may_write = acting().stores is None
        return self.page(
            f"catalogue/{name}", viewer().language, view=self.view, may_write=may_write, **values
        )
