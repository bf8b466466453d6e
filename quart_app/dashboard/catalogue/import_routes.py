"""Importing a table: sent, looked at, and then written as it was shown, or shown anew."""

import re
from collections.abc import Awaitable

import msgspec
from quart import Blueprint, Response, request

from quart_app.access.acting import acting
from quart_app.catalogue.models import Imported
from quart_app.csv_table import lines_of
from quart_app.dashboard.account.entrance import Page
from quart_app.dashboard.account.signing_in import to
from quart_app.dashboard.catalogue.uploads import packed, read_upload
from quart_app.dashboard.catalogue.view import View
from quart_app.dashboard.viewer import viewer
from quart_app.errors import Conflict, Invalid, Malformed, ServiceError, TooLarge
from quart_app.web.problems import status_of

SHOWN = 50
"""Entries of each kind that a preview shows; it counts them all."""

_DONE = re.compile("([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})")


class ImportPages(msgspec.Struct, frozen=True):
    """The pages of a catalogue's import."""

    page: Page
    view: View

    def add_to(self, blueprint: Blueprint) -> None:
        """Add them, each under its address."""
        place, name = f"/{self.view.path}/import", f"{self.view.path}_import"
        blueprint.add_url_rule(place, name, self.ask, methods=["GET"])
        blueprint.add_url_rule(place, f"{name}_look", self.look, methods=["POST"])
        blueprint.add_url_rule(f"{place}/apply", f"{name}_apply", self.apply, methods=["POST"])

    async def ask(self) -> Response:
        """Where a file is chosen; after an import, with what it did."""
        acting().require_all_stores()
        counts = _DONE.fullmatch(request.args.get("done", ""))
        done = None if counts is None else Imported(*map(int, counts.groups()))
        return self._show("import", error=None, done=done)

    async def look(self) -> Response:
        """What the import of a file would change."""
        acting().require_all_stores()
        return await self._or_faults(self._looked_at())

    async def apply(self) -> Response:
        """Do what was shown; if the catalogue has changed since, show it anew."""
        acting().require_all_stores()
        return await self._or_faults(self._applied())

    async def _looked_at(self) -> Response:
        return await self._preview((await read_upload()).table, anew=False)

    async def _applied(self) -> Response:
        upload = await read_upload()
        try:
            done = await self.view.catalogue.import_csv(
                lines_of(upload.table), edition=upload.edition or ""
            )
        except Conflict as error:
            if error.code != "catalogue_changed":
                raise
            return await self._preview(upload.table, anew=True)
        counts = f"{done.created}-{done.changed}-{done.unchanged}"
        return to(f"/{self.view.path}/import?done={counts}")

    async def _preview(self, table: bytes, *, anew: bool) -> Response:
        found = await self.view.catalogue.preview(lines_of(table))
        carried = await packed(table)
        reply = self._show("preview", found=found, packed=carried, most=SHOWN, anew=anew)
        reply.status_code = 409 if anew else 200
        return reply

    async def _or_faults(self, work: Awaitable[Response]) -> Response:
        """What came of a file; where it is refused, the page again with every fault."""
        try:
            return await work
        except (Invalid, Malformed, TooLarge) as error:
            return self._refused(error)

    def _refused(self, error: ServiceError) -> Response:
        reply = self._show("import", error=error, done=None)
        reply.status_code = status_of(error)
        return reply

    def _show(self, name: str, **values: object) -> Response:
        return self.page(f"catalogue/{name}", viewer().language, view=self.view, **values)
