"""The pages of notes: a month of them with a form, and one's own to change."""

from typing import Annotated

import msgspec
from msgspec import Meta
from quart import Blueprint, Response

from quart_app.catalogue.models import Listing
from quart_app.dashboard.account.entrance import Page, tried
from quart_app.dashboard.account.forms import NothingForm
from quart_app.dashboard.account.signing_in import signed_in, to
from quart_app.dashboard.forms import read_form, require_own_page, sent
from quart_app.dashboard.shops import by_name
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import viewer
from quart_app.notes.models import MAX_LENGTH, NoteForm
from quart_app.notes.service import may_change, may_remove
from quart_app.stores.models import Store
from quart_app.values.calendar import Day, Month, Period, month_period
from quart_app.web.bodies import read_query

MOST_NOTES = 50
"""Notes of a page."""
_NOTE = "<id:note_id>"


class NotesQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A month, or the day that a new note is about; and the notes that other pages have."""

    month: Month | None = None
    day: Day | None = None
    skip: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    lang: str | None = None


def add_notes(blueprint: Blueprint, page: Page, sources: Sources) -> None:
    """Add them to the pages' blueprint."""
    notes, wire = sources.notes, sources.wire

    async def shops() -> list[Store]:
        """Those that whoever acts may write about, by name."""
        seen = viewer().stores
        found = await sources.stores.list(Listing())
        mine = [one for one in found if seen is None or one.known_id in seen]
        return sorted(mine, key=by_name)

    async def of_month(
        day: int | None, month: Month | None = None, skip: int = 0, text: str = ""
    ) -> dict[str, object]:
        """What the page of a month shows."""
        today = sources.reports.today()
        shown: Period = month.days() if month is not None else month_period(day or today)
        found = await notes.notes_of(shown, limit=MOST_NOTES + 1, skip=skip)
        is_this = shown.first <= today <= shown.last
        return {
            "period": shown,
            "today": today,
            "day": day or (today if is_this else shown.first),
            "text": text,
            "notes": found[:MOST_NOTES],
            "skip": skip,
            "more": skip + MOST_NOTES if len(found) > MOST_NOTES else None,
            "shops": await shops(),
            "zone": sources.zone,
            "longest": MAX_LENGTH,
            "may_change": may_change,
            "may_remove": may_remove,
        }

    @blueprint.get("/notes")
    async def list_notes() -> Response:
        asked = read_query(wire, NotesQuestion)
        return page(
            "notes/month", viewer().language, **await of_month(asked.day, asked.month, asked.skip)
        )

    @blueprint.post("/notes")
    async def write_note() -> Response:
        async def work() -> Response:
            note = await notes.write(await read_form(wire, NoteForm), signed_in())
            return _to_month(note.day)

        typed = (await sent()).get("text", [""])[0]
        return await tried(page, "notes/month", work(), **await of_month(None, text=typed))

    @blueprint.get(f"/notes/{_NOTE}")
    async def show_note(note_id: int) -> Response:
        note = await notes.own(note_id, signed_in())
        return page(
            "notes/one", viewer().language, note=note, shops=await shops(), longest=MAX_LENGTH
        )

    @blueprint.post(f"/notes/{_NOTE}")
    async def change_note(note_id: int) -> Response:
        async def work() -> Response:
            form = await read_form(wire, NoteForm)
            await notes.change(note_id, form, signed_in())
            return _to_month(form.day)

        require_own_page()
        note = await notes.own(note_id, signed_in())
        return await tried(
            page, "notes/one", work(), note=note, shops=await shops(), longest=MAX_LENGTH
        )

    @blueprint.post(f"/notes/{_NOTE}/removal")
    async def remove_note(note_id: int) -> Response:
        await read_form(wire, NothingForm)
        return _to_month((await notes.remove(note_id, signed_in())).day)


def _to_month(day: int) -> Response:
    return to(f"/notes?month={str(Day(day))[:7]}")
