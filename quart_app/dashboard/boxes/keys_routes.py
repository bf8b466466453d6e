"""The page of access keys, for owners: listed, made, revoked."""

from typing import Any

import msgspec
from quart import Blueprint, Response

from quart_app.access.acting import acting
from quart_app.access.models import KeyForm, Role, ShownKey
from quart_app.dashboard.account.entrance import Page, tried
from quart_app.dashboard.account.forms import NothingForm
from quart_app.dashboard.account.signing_in import to
from quart_app.dashboard.boxes.paging import PageNumber, part_of
from quart_app.dashboard.boxes.tills_routes import shop_name
from quart_app.dashboard.forms import read_form
from quart_app.dashboard.pages import Pages
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import asked_language, viewer
from quart_app.tills.models import TillListing
from quart_app.values.calendar import Day, local_time
from quart_app.values.identifiers import Id
from quart_app.values.instant import parse_instant
from quart_app.values.text import Name
from quart_app.web.bodies import read_query

KEYS_A_PAGE = 50
_WEEK_US = 7 * 86_400_000_000


class KeysQuestion(PageNumber, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page, and the language from now on."""

    lang: str | None = None


class NewKeyForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key to be made; ``until`` is its last day."""

    role: Role
    name: Name
    store_id: Id | None = None
    until: Day | None = None


class SeenKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as the page says it."""

    key: ShownKey
    shop: str
    state: str
    created: str
    used: str | None


def add_keys(blueprint: Blueprint, page: Page, pages: Pages, sources: Sources) -> None:
    """Add it to the pages' blueprint."""
    keys, wire = sources.keys, sources.wire

    async def view(number: int = 1) -> dict[str, Any]:
        """All that the page shows."""
        language = pages.language(asked_language())
        now, zone = sources.clock.now(), sources.zone
        shops = {shop.known_id: shop for shop in await sources.today.every_shop()}
        today = str(Day(local_time(now, zone, 0).business_date))

        def seen(key: ShownKey) -> SeenKey:
            is_past = key.expires is not None and key.expires < today
            used = key.last_used_at
            return SeenKey(
                key=key,
                shop="" if key.store_id is None else shop_name(shops, key.store_id),
                state="revoked" if key.revoked_at else "expired" if is_past else "good",
                created=language.moment(parse_instant(key.created_at), zone),
                used=None if used is None else language.ago(now - parse_instant(used)),
            )

        # Those that hold first, and of these the newest.
        known = sorted(map(seen, keys.list()), key=lambda one: (one.state != "good", -one.key.id))
        some, pages_of = part_of(known, number, KEYS_A_PAGE)
        selling = {
            (till.store_id, till.till_id)
            for till in (await sources.tills.list(TillListing()) if keys.is_open else ())
            if now - till.last_received_at_us < _WEEK_US
        }
        return {
            "keys": some,
            "pages_of": pages_of,
            "is_open": keys.is_open,
            "tills": len(selling),
            "shops": [shop for shop in shops.values() if not shop.archived],
            "today": today,
        }

    @blueprint.get("/keys")
    async def keys_page() -> Response:
        acting().require_all_stores()
        question = read_query(wire, KeysQuestion)
        return page("boxes/keys", viewer().language, **await view(question.page))

    @blueprint.post("/keys")
    async def make_key() -> Response:
        acting().require_all_stores()
        values = await view()

        async def work() -> Response:
            form = await read_form(wire, NewKeyForm)
            wanted = KeyForm(
                role=form.role,
                name=form.name,
                store_id=form.store_id if form.role == "till" else None,
                expires=form.until,
            )
            made = await keys.create(wanted)
            # Shown here and nowhere else, and so not led on to another page.
            reply = page("boxes/key_made", asked_language(), made=made)
            reply.status_code = 201
            reply.headers["Cache-Control"] = "no-store"
            return reply

        return await tried(page, "boxes/keys", work(), **values)

    @blueprint.post("/keys/<id:key_id>/revoke")
    async def revoke_key(key_id: int) -> Response:
        acting().require_all_stores()
        values = await view()

        async def work() -> Response:
            await read_form(wire, NothingForm)
            await keys.revoke(key_id)
            return to("/keys")

        return await tried(page, "boxes/keys", work(), **values)
