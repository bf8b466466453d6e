"""The figures of today's page: what is counted, what it is compared with, and for whom."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from quart_app.app import Services
from quart_app.clock import SystemClock
from quart_app.dashboard.today.models import Figure, Today
from quart_app.settings import Settings
from tests.dashboard.today import count, local_now, noon_zone, sold, with_shops
from tests.people import seen
from tests.service import serving

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


@asynccontextmanager
async def services(database: Path) -> AsyncIterator[Services]:
    found = Services(Settings(database=database, timezone=ZoneInfo(noon_zone())), SystemClock())
    await found.open()
    try:
        yield found
    finally:
        await found.close()


async def today_of(database: Path, store_ids: tuple[int, ...] | None = None) -> Today:
    async with services(database) as found:
        return await found.today.of(store_ids)


async def test_last_week_counts_up_to_this_time(database: Path) -> None:
    now = local_now()
    with serving(database, timezone=noon_zone()) as service:
        with_shops(service)
        count(
            service,
            sold("now", now - 2 * HOUR, "150.00"),
            sold("before", now - WEEK - HOUR, "100.00"),
            sold("later", now - WEEK + HOUR, "900.00"),
            sold("day-before", now - WEEK - 24 * HOUR, "5000.00"),
            sold("back", now - WEEK - HOUR, "20.00", type="return"),
            sold("voided", now - WEEK - HOUR, "70.00"),
        )
        assert service.post("/sales/voided/void").status_code == 200
    today = await today_of(database)
    assert today.revenue == Figure(150_00, 80_00)
    assert today.receipts == Figure(1, 1)
    assert today.average == Figure(150_00, 100_00)
    assert today.revenue.percent == 87_50
    assert [shop.revenue for shop in today.shops] == [Figure(150_00, 80_00), Figure(0, 0)]
    assert today.shops[0].trend[7] == 980_00
    assert today.shops[0].trend[6] == 5000_00
    assert sum(point.before for point in today.hours) == 980_00


async def test_each_shop_is_compared_by_its_own_clock(database: Path) -> None:
    now = local_now()
    with serving(database, timezone=noon_zone()) as service:
        with_shops(service, behind=3)
        # At noon by the chain's clock it is nine in the morning in shop 2.
        there = local_now(earlier=3)
        count(
            service,
            sold("early", there - WEEK - HOUR, "30.00", store_id=2),
            sold("late", there - WEEK + HOUR, "40.00", store_id=2),
            sold("here", now - WEEK - HOUR, "7.00"),
        )
    today = await today_of(database)
    assert not today.is_one_zone
    assert today.revenue.before == 37_00
    assert today.solid_until == local_now(earlier=3).hour * 60


def test_late_receipts_and_voids_of_last_week_are_seen(database: Path) -> None:
    now = local_now()
    with serving(database, timezone=noon_zone()) as service:
        with_shops(service)

        def before() -> str:
            text = seen(service, "/").text
            return text[text.index('id="receipts"') : text.index('id="average"')]

        count(service, sold("today", now - HOUR, "10.00"))
        assert "nothing a week before" in before()
        count(service, sold("week", now - WEEK - HOUR, "10.00"))
        assert "as much" in before()
        service.post("/sales/week/void")
        assert "nothing a week before" in before()


async def test_who_may_see_one_shop_sees_no_figure_of_another(database: Path) -> None:
    now = local_now()
    with serving(database, timezone=noon_zone()) as service:
        with_shops(service)
        count(
            service,
            sold("one", now - HOUR, "11.00"),
            sold("two", now - HOUR, "2222.00", store_id=2),
            sold("one-before", now - WEEK - HOUR, "10.00"),
            sold("two-before", now - WEEK - HOUR, "3333.00", store_id=2),
        )
        held = sold("held", now - HOUR, "1.00", store_id=2)
        held["lines"][0]["product_id"] = 77
        assert service.post("/sales", held).status_code == 202
    one = await today_of(database, (1,))
    assert one.revenue == Figure(11_00, 10_00)
    assert [shop.id for shop in one.shops] == [1]
    assert sum(point.now for point in one.hours) == 11_00
    assert sum(point.before for point in one.hours) == 10_00
    assert [product.revenue for product in one.products] == [11_00]
    assert one.attention.held == 0
    both = await today_of(database, None)
    assert both.revenue == Figure(2233_00, 3343_00)
    assert both.attention.held == 1
    # None of the shops is not the same as all of them; nor is one that there is no more.
    for nothing in ((), (99,)):
        none = await today_of(database, nothing)
        assert (none.revenue, none.shops, none.products) == (Figure(0, 0), (), ())


async def test_what_needs_attention(database: Path) -> None:
    now = local_now()
    with serving(database, timezone=noon_zone()) as service:
        with_shops(service)
        for weeks in (1, 2, 3, 4):
            at = now - weeks * WEEK - HOUR
            for store_id, till_id in ((1, "T1"), (1, "T2"), (2, "T1")):
                name = f"{weeks}-{store_id}-{till_id}"
                count(service, sold(name, at, "1.00", store_id=store_id, till_id=till_id))
        count(service, sold("now", now - HOUR, "1.00", till_id="T1", sequence_number=1))
        count(service, sold("gap", now - HOUR, "1.00", till_id="T1", sequence_number=4))
    found = (await today_of(database)).attention
    assert found.silent_shops == ("Harbour",)
    assert found.silent_tills == (("Mill Lane", "T2"),)
    assert found.missing_receipts == 2
    assert found.held == 0


async def test_a_shop_that_sent_only_held_receipts_is_not_silent(database: Path) -> None:
    now = local_now()
    with serving(database, timezone=noon_zone()) as service:
        with_shops(service)
        for weeks in (1, 2, 3):
            for till_id in ("T1", "T2"):
                at = now - weeks * WEEK - HOUR
                count(service, sold(f"{weeks}-{till_id}", at, "1.00", till_id=till_id))
        held = sold("held", now - HOUR, "1.00", till_id="T2")
        held["lines"][0]["product_id"] = 77
        assert service.post("/sales", held).status_code == 202
    found = (await today_of(database)).attention
    assert found.silent_shops == ()
    assert found.silent_tills == (("Mill Lane", "T1"),)
    assert [(one.code, one.count) for one in found.held_reasons] == [("unknown_product", 1)]
