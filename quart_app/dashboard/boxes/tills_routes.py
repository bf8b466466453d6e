"""The page of tills: what each sent last, what never came, how its clock goes."""

from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from quart import Blueprint, Response

from quart_app.dashboard.account.entrance import Page
from quart_app.dashboard.boxes.paging import PageNumber, part_of
from quart_app.dashboard.pages import Pages
from quart_app.dashboard.shops import in_order
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import viewer
from quart_app.reports.models import Question
from quart_app.reports.parameters import of_own_stores
from quart_app.stores.models import Store
from quart_app.tills.models import Till, TillListing
from quart_app.values.calendar import Day, zone_named
from quart_app.web.bodies import read_query

SHOPS_A_PAGE = 25
MINUTE_US = 60_000_000
# A till's clock may differ by as much before anybody need look at it.
_LATE_US, _AHEAD_US = 15 * MINUTE_US, 2 * MINUTE_US


class TillsQuestion(PageNumber, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which page, and the language from now on."""

    lang: str | None = None


class SeenTill(msgspec.Struct, frozen=True, kw_only=True):
    """A till's series as the page says it."""

    till: Till
    received: str
    ago: str
    clock: str
    span: str
    missing: int
    is_silent: bool


class Shop(msgspec.Struct, frozen=True):
    """A shop's tills."""

    id: int
    name: str
    tills: list[SeenTill]


def add_tills(blueprint: Blueprint, page: Page, pages: Pages, sources: Sources) -> None:
    """Add it to the pages' blueprint."""

    @blueprint.get("/tills")
    async def tills() -> Response:
        who = viewer()
        question = read_query(sources.wire, TillsQuestion)
        if who.stores == frozenset():
            return page("boxes/tills", who.language, shops=[], pages_of=part_of([], 1, 1)[1])
        of_shops: dict[int, list[Till]] = {}
        for till in await sources.tills.list(TillListing()):
            of_shops.setdefault(till.store_id, []).append(till)
        known = {shop.known_id: shop for shop in await sources.today.every_shop()}
        silent = await _silent(sources)

        def place(store_id: int) -> tuple[bool, list[Any], int]:
            """By name, as they are shown; those that nobody knows at the end."""
            name = shop_name(known, store_id)
            return not name, in_order(name), store_id

        some, pages_of = part_of(sorted(of_shops, key=place), question.page, SHOPS_A_PAGE)
        now, language = sources.clock.now(), pages.language(who.language)

        def seen(till: Till) -> SeenTill:
            zone, ahead_us = zone_of(known, till.store_id, sources.zone), till.clock_skew_us
            return SeenTill(
                till=till,
                received=language.moment(till.last_received_at_us, zone),
                ago=language.ago(now - till.last_received_at_us),
                clock="ahead" if ahead_us > _AHEAD_US else "late" if ahead_us < -_LATE_US else "",
                span=language.span(abs(ahead_us)),
                missing=sum(one.last - one.first + 1 for one in till.missing),
                is_silent=(till.store_id, till.till_id) in silent,
            )

        shops = [
            Shop(one, shop_name(known, one), [seen(till) for till in of_shops[one]]) for one in some
        ]
        are_late = any(one.clock == "late" for shop in shops for one in shop.tills)
        return page("boxes/tills", who.language, shops=shops, pages_of=pages_of, are_late=are_late)


async def _silent(sources: Sources) -> set[tuple[int, str]]:
    today = Day(sources.reports.today())
    question = of_own_stores(Question(first=today, last=today))
    table = await sources.reports.answer(sources.reports.named("tenders"), question)
    return {(till.store_id, till.till_id) for till in table.completeness.silent_tills}


def zone_of(known: dict[int, Store], store_id: int, chain: ZoneInfo) -> ZoneInfo:
    """The zone of a shop's clock; the chain's for one that is not known."""
    shop = known.get(store_id)
    return chain if shop is None or shop.timezone is None else zone_named(shop.timezone)


def shop_name(known: dict[int, Store], store_id: int) -> str:
    """What people call a shop; empty for one that is not known."""
    shop = known.get(store_id)
    return "" if shop is None else shop.name or shop.address
