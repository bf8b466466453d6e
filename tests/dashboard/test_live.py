"""Live pages: what is sent to them, that slow ones hold nothing up, and that they end in time."""

import asyncio
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from quart_app.app import Services
from quart_app.clock import SystemClock
from quart_app.dashboard.pages import FRAGMENTS, Pages
from quart_app.dashboard.today.live import Live
from quart_app.settings import Settings
from quart_app.values.money import Currency
from tests.dashboard.today import count, local_now, noon_zone, sold, with_shops
from tests.people import token_of
from tests.service import Service, serving

WAIT_S = 30


@pytest.fixture
def service(database: Path) -> Iterator[Service]:
    with serving(database, timezone=noon_zone(), graceful_timeout_s="300") as running:
        yield with_shops(running)


@contextmanager
def followed(service: Service, path: str = "/live") -> Iterator[Iterator[dict[str, str]]]:
    """The events of a live page as they come."""
    with httpx.stream(
        "GET", service.url + path, cookies={"session": token_of(service)}, timeout=WAIT_S
    ) as reply:
        assert reply.headers["Content-Type"].startswith("text/event-stream")
        assert reply.headers["Cache-Control"] == "no-store"
        lines = reply.iter_lines()
        yield (json.loads(line[6:]) for line in lines if line.startswith("data: "))


def test_a_sale_is_sent_to_open_pages_and_only_what_it_changed(service: Service) -> None:
    with followed(service) as events, followed(service, "/live?lang=ru") as russian:
        whole = next(events)
        assert set(whole) == set(FRAGMENTS)
        next(russian)
        count(service, sold("one", local_now(), "12.50"))
        changed = next(events)
        assert 'value="12.50"' in changed["tiles"]
        assert "heading" not in changed
        assert not {"attention", "notes"} & set(changed)
        assert "Выручка" in next(russian)["tiles"]


def test_many_sales_come_together(service: Service) -> None:
    with followed(service) as events:
        next(events)
        for i in range(40):
            count(service, sold(f"r{i}", local_now(), "1.00"))
        seen, start = 0, time.monotonic()
        for event in events:
            seen += 1
            if 'value="40.00"' in event.get("tiles", ""):
                break
        # The forty took some time themselves; a second has one event at most.
        assert seen <= time.monotonic() - start + 40


def test_open_pages_end_at_once_when_the_service_stops(database: Path) -> None:
    running = Service(database, timezone=noon_zone(), graceful_timeout_s="300")
    with_shops(running)
    with followed(running) as events, followed(running) as others:
        next(events)
        next(others)
        status, said = running.stop(timeout=60)
        assert status == 0
        assert "cut off" not in said
        assert list(events) == []
        assert list(others) == []


def test_a_page_that_reads_nothing_holds_nobody_up(service: Service) -> None:
    host, port = service.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as deaf, followed(service) as events:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        deaf.sendall(
            b"GET /live HTTP/1.1\r\nHost: localhost\r\nCookie: session=%b\r\n\r\n"
            % token_of(service).encode()
        )
        # Looked at without being read: it is open, and takes nothing of what comes.
        assert deaf.recv(12, socket.MSG_PEEK) == b"HTTP/1.1 200"
        next(events)
        for i in range(5):
            count(service, sold(f"r{i}", local_now(), "1.00"))
            next(events)


def test_a_page_that_goes_away_is_forgotten(service: Service) -> None:
    for _ in range(5):
        with followed(service) as events:
            next(events)
    with followed(service) as events:
        next(events)
        count(service, sold("one", local_now(), "12.50"))
        assert 'value="12.50"' in next(events)["tiles"]


async def test_a_live_page_shows_the_shops_of_its_viewer(database: Path) -> None:
    with serving(database, timezone=noon_zone()) as service:
        with_shops(service)
        two = sold("two", local_now(), "22.00", store_id=2)
        count(service, sold("one", local_now(), "11.00"), two)
    services = Services(Settings(database=database, timezone=ZoneInfo(noon_zone())), SystemClock())
    await services.open()
    try:
        live, ending = Live(services.today, Pages(Currency("RUB")).fragments), asyncio.Event()

        async def first_tiles(store_ids: tuple[int, ...] | None) -> list[str]:
            async for event in live.stream(store_ids, "en", ending, lambda: True):
                if event.startswith(b"data: "):
                    return re.findall(r'value="([^"]+)"', json.loads(event[6:])["tiles"])[:1]
            return []

        # The one round that serves them all was begun by the first of them.
        asked = [first_tiles(one) for one in ((1,), None, (2,), ())]
        assert await asyncio.gather(*asked) == [["11.00"], ["33.00"], ["22.00"], ["0.00"]]
    finally:
        await services.close()
