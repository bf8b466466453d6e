"""The pages of people, for owners: invited, changed, removed."""

from typing import Any

import msgspec
from quart import Blueprint, Response, request

from quart_app.access.acting import acting
from quart_app.dashboard.account.entrance import Page, tried
from quart_app.dashboard.account.forms import NothingForm
from quart_app.dashboard.account.signing_in import to
from quart_app.dashboard.boxes.paging import PageNumber, part_of
from quart_app.dashboard.forms import read_form
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import asked_language
from quart_app.people.models import Language, PersonForm, PersonRole, ShownPerson
from quart_app.values.identifiers import Id
from quart_app.values.text import Name
from quart_app.web.bodies import read_query

PEOPLE_A_PAGE = 50


class PeopleQuestion(PageNumber, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page, and the language from now on."""

    lang: str | None = None


class ChangeForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an owner may change of a person."""

    name: Name
    role: PersonRole
    store_ids: tuple[Id, ...] = ()
    language: Language | None = None


def add_people(blueprint: Blueprint, page: Page, sources: Sources) -> None:
    """Add them to the pages' blueprint."""
    people, wire = sources.people, sources.wire

    _add_ending(blueprint, page, sources)

    async def view(person_id: int | None = None, number: int = 1) -> dict[str, Any]:
        return await _view(sources, person_id, number)

    @blueprint.get("/people")
    async def people_page() -> Response:
        acting().require_all_stores()
        question = read_query(wire, PeopleQuestion)
        return page("boxes/people", asked_language(), **await view(number=question.page))

    @blueprint.post("/people")
    async def invite_person() -> Response:
        acting().require_all_stores()
        values = await view()

        async def work() -> Response:
            form = await read_form(wire, PersonForm)
            return _told(page, await people.invite(_fitting(form)))

        return await tried(page, "boxes/people", work(), **values)

    @blueprint.get("/people/<id:person_id>")
    async def person_page(person_id: int) -> Response:
        acting().require_all_stores()
        return page("boxes/person", asked_language(), **await view(person_id))

    @blueprint.post("/people/<id:person_id>")
    async def change_person(person_id: int) -> Response:
        acting().require_all_stores()
        values = await view(person_id)

        async def work() -> Response:
            form = await read_form(wire, ChangeForm)
            wanted = PersonForm(
                email=people.named(person_id).email,
                name=form.name,
                role=form.role,
                store_ids=form.store_ids,
                language=form.language,
            )
            await people.change(person_id, _fitting(wanted))
            return to("/people")

        return await tried(page, "boxes/person", work(), **values)


def _add_ending(blueprint: Blueprint, page: Page, sources: Sources) -> None:
    """A new code, and the end of an account."""
    people, wire = sources.people, sources.wire

    @blueprint.post("/people/<id:person_id>/code")
    async def new_code(person_id: int) -> Response:
        acting().require_all_stores()
        values = await _view(sources, person_id, 1)

        async def work() -> Response:
            await read_form(wire, NothingForm)
            return _told(page, await people.invite_again(person_id))

        return await tried(page, "boxes/person", work(), **values)

    @blueprint.post("/people/<id:person_id>/remove")
    async def remove_person(person_id: int) -> Response:
        acting().require_all_stores()
        values = await _view(sources, person_id, 1)

        async def work() -> Response:
            await read_form(wire, NothingForm)
            await people.remove(person_id)
            return to("/people")

        return await tried(page, "boxes/person", work(), **values)


async def _view(sources: Sources, person_id: int | None, number: int) -> dict[str, Any]:
    """What the page of one of them shows, or a page of everybody."""
    shops = await sources.today.every_shop()
    found: dict[str, Any] = {
        "shops": [shop for shop in shops if not shop.archived],
        "names": {shop.known_id: shop.name or shop.address for shop in shops},
    }
    everybody = sources.people.list()
    if person_id is None:
        found["everybody"], found["pages_of"] = part_of(everybody, number, PEOPLE_A_PAGE)
    else:
        sources.people.named(person_id)
        found["one"] = next(one for one in everybody if one.id == person_id)
    return found


def _told(page: Page, made: ShownPerson) -> Response:
    """The code, which is shown this once and so not led on to another page."""
    base = request.url_root.rstrip("/")
    reply = page("boxes/code", asked_language(), made=made, base=base)
    reply.status_code = 201
    reply.headers["Cache-Control"] = "no-store"
    return reply


def _fitting(form: PersonForm) -> PersonForm:
    """An owner sees every shop, whichever were ticked before."""
    return msgspec.structs.replace(form, store_ids=()) if form.role == "owner" else form
