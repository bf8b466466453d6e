"""What the templates of held receipts are given."""

from typing import Any

from quart_app.dashboard.boxes.held_view import HeldView
from quart_app.dashboard.boxes.paging import PagesOf
from quart_app.dashboard.boxes.tills_routes import shop_name, zone_of
from quart_app.dashboard.pages import Pages
from quart_app.dashboard.sources import Sources
from quart_app.dashboard.viewer import asked_language, viewer
from quart_app.stores.models import Store

CAUSES_A_PAGE = 20


class HeldPages:
    """Causes with what mends each, and receipts, in the language of whoever looks."""

    def __init__(self, sources: Sources, pages: Pages) -> None:
        self._sources = sources
        self._pages = pages
        self._view = HeldView(sources.held_sales, sources.sales, sources.wire)

    async def causes(self, number: int = 1) -> dict[str, Any]:
        """A page of the causes."""
        who, sources = viewer(), self._sources
        language, now = self._pages.language(who.language), sources.clock.now()
        shops = await self._shops()
        # Whoever may see no shop has nothing held either.
        found = (
            []
            if who.stores == frozenset()
            else await sources.held_sales.causes(CAUSES_A_PAGE + 1, CAUSES_A_PAGE * (number - 1))
        )
        return {
            "causes": [
                (
                    one,
                    await self._view.price_of(one),
                    [_named(shops, store_id) for store_id in one.store_ids],
                    language.ago(now - one.since_us),
                )
                for one in found[:CAUSES_A_PAGE]
            ],
            "end_at": await sources.held_sales.causes_end_at() if found else 0,
            "waiting": await sources.held_sales.waiting() if who.stores is None else 0,
            "pages_of": PagesOf(
                number - 1 if number > 1 else None,
                number + 1 if len(found) > CAUSES_A_PAGE else None,
            ),
            "may_mend": who.stores is None,
            "zone": sources.zone.key,
            "added": None,
        }

    async def receipts(self, ids: list[int]) -> list[tuple[Any, str, str]]:
        """Receipts, each with its shop and when it came."""
        language, shops = self._pages.language(asked_language()), await self._shops()
        found = [await self._sources.held_sales.find(one) for one in ids]
        return [
            (
                one,
                _named(shops, one.store_id),
                language.moment(
                    one.received_at_us, zone_of(shops, one.store_id, self._sources.zone)
                ),
            )
            for one in found
        ]

    async def one(self, held_id: int) -> dict[str, Any]:
        """A receipt with all that is known of it."""
        shown = await self._view.of(held_id)
        language, shops = self._pages.language(asked_language()), await self._shops()
        zone = zone_of(shops, shown.held.store_id, self._sources.zone)
        return {
            "shown": shown,
            "shop": _named(shops, shown.held.store_id),
            "received": language.moment(shown.held.received_at_us, zone),
            "sold": language.moment(int(shown.form.occurred_at), zone),
        }

    async def _shops(self) -> dict[int, Store]:
        return {shop.known_id: shop for shop in await self._sources.today.every_shop()}


def _named(shops: dict[int, Store], store_id: int) -> str:
    return shop_name(shops, store_id) or f"\N{NUMERO SIGN} {store_id}"
