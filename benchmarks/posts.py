"""A durable sale over HTTP, posted one by one from many connections at once."""

import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from benchmarks import load
from benchmarks.chain import Chain, Receipt
from benchmarks.lines import stocked
from benchmarks.postgres import postgres
from benchmarks.row import RATE, Contest, Row, Sample
from benchmarks.servers import Server, needs, rival, service
from benchmarks.workshop import Workshop

PATH = "/api/v1/sales"
_BODIES = 2_000
_LINES = 3
_DAY = 20_400  # 2025-11-08, in days since 1970
NUMBERS_A_ROUND = 10_000_000
"""Each measurement numbers its receipts from a multiple of this."""
NUMBER = "{number}"


def _against_quart(shop: Workshop) -> AbstractContextManager[Server]:
    return rival(shop, "bare_quart")


def _against_naive(shop: Workshop) -> AbstractContextManager[Server]:
    return rival(shop, "naive_sqlite", "--database", shop.new_folder("naive-data") / "naive.db")


@contextmanager
def _against_postgres(shop: Workshop) -> Iterator[Server]:
    needs("fastapi", "asyncpg")
    with (
        postgres(shop) as socket,
        rival(shop, "fastapi_postgres", "--socket", socket) as server,
    ):
        yield server


def _contest(
    other: Callable[[Workshop], AbstractContextManager[Server]],
) -> Callable[[Workshop], AbstractContextManager[Contest]]:
    @contextmanager
    def contest(shop: Workshop) -> Iterator[Contest]:
        database = shop.new_folder("data") / "sales.db"
        shutil.copyfile(stocked(shop, lines=0), database)
        bodies = requests(Chain(shop.plan.stores, shop.plan.products))
        rounds = itertools.count(1)
        with ExitStack() as stack:
            other_server = stack.enter_context(other(shop))
            our_server = stack.enter_context(service(shop, database))

            def measure(server: Server) -> Sample:
                result = load.run(
                    load.Job(
                        port=server.port,
                        requests=bodies,
                        status=HTTPStatus.CREATED,
                        connections=shop.plan.connections,
                        warm_up_s=shop.plan.warm_up_s,
                        measured_s=shop.plan.measured_s,
                        first_number=next(rounds) * NUMBERS_A_ROUND,
                    )
                )
                return load.rate(result)

            yield Contest(lambda: measure(our_server), lambda: measure(other_server))

    return contest


def requests(chain: Chain) -> list[tuple[str, str]]:
    """Receipts of one day; the load client writes a fresh number into each receipt_id."""
    made = []
    for _ in range(_BODIES):
        before, after = body(chain.receipt(_DAY, _LINES)).split(NUMBER)
        made.append(load.post(PATH, before, after))
    return made


def body(receipt: Receipt) -> str:
    """A receipt as a till sends it, with a place for its number in its id."""
    at = datetime.fromtimestamp(receipt.day * 86_400 + receipt.second, UTC)
    total = sum(line.gross_minor for line in receipt.lines)
    return json.dumps(
        {
            "receipt_id": f"bench-{NUMBER}",
            "store_id": receipt.store_id,
            "till_id": "T1",
            "occurred_at": (at - timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "lines": [
                {
                    "product_id": line.product_id,
                    "quantity": f"{line.quantity_milli / 1000:g}",
                    "unit_price": _money(line.unit_price_minor),
                }
                for line in receipt.lines
            ],
            "tenders": [{"type": "card", "amount": _money(total)}],
        }
    )


def _money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


ROWS = [
    Row(
        "post-quart",
        "a durable sale, many connections",
        "Quart only reading the same JSON",
        RATE,
        0.9,
        _contest(_against_quart),
    ),
    Row(
        "post-naive",
        "a durable sale, many connections",
        "one aiosqlite transaction a request",
        RATE,
        3,
        _contest(_against_naive),
    ),
    Row(
        "post-postgres",
        "a durable sale, many connections",
        "FastAPI, asyncpg, PostgreSQL 15",
        RATE,
        1.2,
        _contest(_against_postgres),
    ),
]
