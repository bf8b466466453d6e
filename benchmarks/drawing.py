"""How soon the owner's page is drawn in a browser, beside a bare Quart app with the same bytes."""

import gzip
import http.client
import json
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.chain import Chain
from benchmarks.lines import stocked
from benchmarks.posts import NUMBER, PATH, body
from benchmarks.row import TIME, Contest, NotRun, Row, RowFailed, Sample
from benchmarks.servers import Server, rival, service
from benchmarks.visitor import signed_in
from benchmarks.workshop import Workshop

_BROWSER = shutil.which("chromium")
_QUIET = ("--headless=new", "--no-sandbox", "--disable-background-networking", "--no-first-run")
_LOADS = 9
_LOOK_MS = 10
_RECEIPTS, _LINES = 3_000, 3
_MOST_BYTES = 300 << 10
_KEPT = ("content-type", "content-encoding", "content-security-policy", "vary")
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"


class _Parts(HTMLParser):
    """The addresses of what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        place = (
            given.get("src") if tag == "script" else given.get("href") if tag == "link" else None
        )
        if place:
            self.found.append(place)


def _keep(server: Server, token: str, folder: Path) -> None:
    """The page and its parts as the service sends them, for the rival."""
    asking = {"Cookie": f"session={token}", "Accept-Encoding": "gzip"}
    folder.mkdir(parents=True, exist_ok=True)
    pages: list[tuple[str, dict[str, str], str]] = []
    places, size = deque(["/"]), 0
    while places:
        path, number = places.popleft(), len(pages)
        status, body, headers = server.fetch(path, asking)
        if status != 200:
            raise RowFailed(f"{path} answered {status}")
        if path == "/":
            parts = _Parts()
            packed = headers.get("content-encoding") == "gzip"
            parts.feed((gzip.decompress(body) if packed else body).decode())
            places += parts.found
        size += len(body)
        (folder / str(number)).write_bytes(body)
        pages.append(
            (path, {name: headers[name] for name in _KEPT if name in headers}, str(number))
        )
    if size > _MOST_BYTES:
        raise RowFailed(f"the page is {size:,} bytes")
    (folder / "pages.json").write_text(json.dumps(pages))


def _sell(server: Server, chain: Chain) -> None:
    """Sales of the last fifteen days, so that there is something to draw."""
    today = int(time.time() // 86_400)
    sold = [
        body(chain.receipt(today - number % 15, _LINES)).replace(NUMBER, str(number))
        for number in range(_RECEIPTS)
    ]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Content-Type": "application/x-ndjson"}
    connection.request("POST", f"{PATH}/batch", "\n".join(sold), headers)
    told = json.loads(connection.getresponse().read())
    if told["created"] != _RECEIPTS:
        raise RowFailed(f"receipts were not counted: {told['created']} of {_RECEIPTS}")


@contextmanager
def _contest(shop: Workshop) -> Iterator[Contest]:
    if _BROWSER is None or find_spec("playwright") is None:
        raise NotRun("Chromium or playwright is not installed")
    # Not everybody who measures has it.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    database = shop.new_folder("page") / "sales.db"
    shutil.copyfile(stocked(shop, lines=0), database)
    with ExitStack() as stack:
        ours = stack.enter_context(service(shop, database))
        _sell(ours, Chain(shop.plan.stores, shop.plan.products))
        token = signed_in(ours.port)
        kept = shop.new_folder("kept")
        _keep(ours, token, kept)
        other = stack.enter_context(rival(shop, "bare_page", "--folder", kept))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=_BROWSER, args=list(_QUIET))
        stack.callback(browser.close)

        def drawn(server: Server) -> Callable[[], Sample]:
            return lambda: _drawn(browser, server, token)

        yield Contest(drawn(ours), drawn(other))


def _drawn(browser: Any, server: Server, token: str) -> Sample:
    """The median of some first visits, each with an empty cache."""
    times = []
    for _ in range(_LOADS):
        context = browser.new_context()
        url = f"http://127.0.0.1:{server.port}"
        context.add_cookies([{"name": "session", "value": token, "url": url}])
        page = context.new_page()
        page.goto(url)
        while not (painted := page.evaluate(_PAINTED)):
            page.wait_for_timeout(_LOOK_MS)
        times.append(float(painted))
        context.close()
    median = sorted(times)[len(times) // 2]
    return Sample(median, f"{median:.0f} ms")


ROWS = [
    Row(
        "page-drawn",
        "the owner's page until it is drawn",
        "a bare Quart app with the same bytes",
        TIME,
        1.5,
        _contest,
    )
]
