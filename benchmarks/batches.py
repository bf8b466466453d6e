"""Batches of receipts over HTTP, against the engine alone being given the rows they come to."""

import itertools
import json
import shutil
import socket
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.chain import Chain, Receipt
from benchmarks.lines import stocked
from benchmarks.posts import body
from benchmarks.row import RATE, Contest, Row, RowFailed, Sample
from benchmarks.servers import Server, service
from benchmarks.workshop import Workshop

_CONNECTIONS = 4
_DAY = 20_400  # 2025-11-08, in days since 1970
_MONTH = 202511
_OFFSET_S = 3 * 3600
_LINES = 3
_CHECKPOINT_ROWS = 10_000
_PRAGMAS = """
    PRAGMA foreign_keys = ON;
    PRAGMA cell_size_check = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -16384;
"""
_SALES = """
    INSERT INTO sales (id, receipt_id, fingerprint, type, store_id, till_id, series,
                       sequence_number, business_date, occurred_at_us, utc_offset_s,
                       received_at_us, gross_minor, discount_minor, amount_minor, tax_minor,
                       line_count)
    VALUES (?, ?, ?, 'sale', ?, 'T1', '', ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)
"""
_SALE_LINES = """
    INSERT INTO sale_lines (sale_id, line_no, product_id, quantity_milli, unit_price_minor,
                            gross_minor, discount_minor, amount_minor, tax_minor)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
"""
_TENDERS = "INSERT INTO sale_tenders (sale_id, tender_no, type, amount_minor) VALUES (?, 1, ?, ?)"
_ADDED = "DO UPDATE SET gross_minor = gross_minor + excluded.gross_minor,"
_STORE_DAYS = f"""
    INSERT INTO store_day_totals (business_date, store_id, gross_minor, discount_minor,
                                  returns_minor, tax_minor, receipts, return_receipts, sale_lines)
    VALUES (?, ?, ?, 0, 0, 0, ?, 0, ?)
    ON CONFLICT (business_date, store_id) {_ADDED}
       receipts = receipts + excluded.receipts, sale_lines = sale_lines + excluded.sale_lines
"""
_TILL_DAYS = f"""
    INSERT INTO till_day_totals (business_date, store_id, till_id, cashier_id,
                                 first_occurred_at_us, gross_minor, discount_minor, returns_minor,
                                 receipts, return_receipts, voids)
    VALUES (?, ?, 'T1', '', 0, ?, 0, 0, ?, 0, 0)
    ON CONFLICT (business_date, store_id, till_id, cashier_id) {_ADDED}
       receipts = receipts + excluded.receipts
"""
_PRODUCT_TOTALS = """
    INSERT INTO product_{period}_totals (business_{key}, product_id, quantity_milli, gross_minor,
                                         discount_minor, returns_minor, lines)
    VALUES (?, ?, ?, ?, 0, 0, ?)
    ON CONFLICT (business_{key}, product_id)
    DO UPDATE SET quantity_milli = quantity_milli + excluded.quantity_milli,
       gross_minor = gross_minor + excluded.gross_minor, lines = lines + excluded.lines
"""
_PRODUCT_DAYS = _PRODUCT_TOTALS.format(period="day", key="date")
_PRODUCT_MONTHS = _PRODUCT_TOTALS.format(period="month", key="month")
Rows = list[tuple[Any, ...]]


@dataclass
class Batch:
    """A batch as it is sent, and as the rows that it comes to."""

    request: bytes
    receipts: int
    rows: dict[str, Rows] = field(default_factory=dict)


class _Maker:
    """Batches of one till each, its receipts numbered without a gap."""

    def __init__(self, chain: Chain, size: int) -> None:
        self._chain = chain
        self._size = size
        self._numbers: Counter[int] = Counter()
        self._ids = itertools.count(1)
        self._stores = itertools.cycle(chain.store_ids)

    def batch(self) -> Batch:
        """The next till's batch."""
        store_id = next(self._stores)
        numbered = []
        for _ in range(self._size):
            self._numbers[store_id] += 1
            made = self._chain.receipt(_DAY, _LINES)
            made = Receipt(store_id, made.day, made.second, made.lines)
            numbered.append((next(self._ids), self._numbers[store_id], made))
        sent = "\n".join(_body(key, number, receipt) for key, number, receipt in numbered).encode()
        head = (
            "POST /api/v1/sales/batch HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Type: application/x-ndjson\r\nContent-Length: {len(sent)}\r\n\r\n"
        )
        return Batch(head.encode() + sent, self._size, _rows(store_id, numbered))


def _body(key: int, number: int, receipt: Receipt) -> str:
    document = json.loads(body(receipt)) | {"receipt_id": _name(key), "sequence_number": number}
    return json.dumps(document)


def _name(key: int) -> str:
    return f"batch-{key:09}"


def _rows(store_id: int, numbered: list[tuple[int, int, Receipt]]) -> dict[str, Rows]:
    sales, lines, tenders = [], [], []
    products: dict[int, list[int]] = {}
    for key, number, receipt in numbered:
        gross = sum(line.gross_minor for line in receipt.lines)
        at_us = (receipt.day * 86_400 + receipt.second - _OFFSET_S) * 1_000_000
        mark = hash((key, gross))
        head = (key, _name(key), mark, store_id, number, _DAY, at_us, _OFFSET_S, at_us)
        sales.append((*head, gross, 0, gross, len(receipt.lines)))
        tenders.append((key, "card", gross))
        for line_no, line in enumerate(receipt.lines, 1):
            price, paid = line.unit_price_minor, line.gross_minor
            what = (key, line_no, line.product_id, line.quantity_milli)
            lines.append((*what, price, paid, 0, paid))
            of = products.setdefault(line.product_id, [0, 0, 0])
            of[0] += line.quantity_milli
            of[1] += paid
            of[2] += 1
    taken = sum(row[-4] for row in sales)
    return {
        _SALES: sales,
        _SALE_LINES: lines,
        _TENDERS: tenders,
        _STORE_DAYS: [(_DAY, store_id, taken, len(sales), len(lines))],
        _TILL_DAYS: [(_DAY, store_id, taken, len(sales))],
        _PRODUCT_DAYS: [(_DAY, product_id, *of) for product_id, of in sorted(products.items())],
        _PRODUCT_MONTHS: [(_MONTH, product_id, *of) for product_id, of in sorted(products.items())],
    }


def _raw(connection: sqlite3.Connection, batches: list[Batch]) -> Sample:
    """Each batch a transaction, the log copied back as often as the service does it."""
    checkpointed_at = connection.total_changes
    started = time.perf_counter()
    for batch in batches:
        connection.execute("BEGIN IMMEDIATE")
        for sql, rows in batch.rows.items():
            connection.executemany(sql, rows)
        connection.execute("COMMIT")
        if connection.total_changes - checkpointed_at > _CHECKPOINT_ROWS:
            checkpointed_at = connection.total_changes
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    return _rate(batches, time.perf_counter() - started)


def _over_http(server: Server, batches: list[Batch]) -> Sample:
    """All of them over a few connections at once; RowFailed unless each receipt was created."""
    waiting = iter(batches)

    def send() -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            for batch in waiting:
                connection.sendall(batch.request)
                _require_created(_answer(connection), batch.receipts)

    started = time.perf_counter()
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        for sending in [pool.submit(send) for _ in range(_CONNECTIONS)]:
            sending.result()
    return _rate(batches, time.perf_counter() - started)


def _answer(connection: socket.socket) -> bytes:
    received = bytearray()
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += _some(connection)
    at = received.lower().find(b"content-length:") + len(b"content-length:")
    length = end + 4 + int(received[at : received.find(b"\r\n", at)])
    while len(received) < length:
        received += _some(connection)
    return bytes(received)


def _some(connection: socket.socket) -> bytes:
    if not (received := connection.recv(1 << 18)):
        raise RowFailed("the service closed the connection")
    return received


def _require_created(answer: bytes, count: int) -> None:
    if b'{"created":%d,' % count not in answer:
        raise RowFailed(f"not all of {count} were created: {answer[:300]!r}")


def _rate(batches: list[Batch], seconds: float) -> Sample:
    rate = sum(batch.receipts for batch in batches) / seconds
    return Sample(rate, f"{rate:,.0f} receipts/s")


def _contest(size: int) -> Callable[[Workshop], AbstractContextManager[Contest]]:
    @contextmanager
    def contest(shop: Workshop) -> Iterator[Contest]:
        ours, other = (_copied(shop, name) for name in ("ours", "raw"))
        taken = size if shop.plan.judged else size // 20
        makers = [_Maker(Chain(shop.plan.stores, shop.plan.products), taken) for _ in range(2)]
        count = max(2 * _CONNECTIONS, 60_000 // size) if shop.plan.judged else _CONNECTIONS
        with (
            closing(sqlite3.connect(other, isolation_level=None)) as connection,
            service(shop, ours) as server,
        ):
            connection.executescript(_PRAGMAS)

            def measure(
                maker: _Maker, take: Callable[[list[Batch]], Sample]
            ) -> Callable[[], Sample]:
                return lambda: take([maker.batch() for _ in range(count)])

            contest = Contest(
                measure(makers[0], lambda batches: _over_http(server, batches)),
                measure(makers[1], lambda batches: _raw(connection, batches)),
            )
            # The products' rows of the day are there from the first round on, on both sides.
            contest.ours()
            contest.other()
            yield contest

    return contest


def _copied(shop: Workshop, name: str) -> Path:
    path = shop.new_folder(name) / "sales.db"
    shutil.copyfile(stocked(shop, lines=0), path)
    return path


ROWS = [
    Row(
        f"batch-{size}",
        f"batches of {size:,} from {_CONNECTIONS} connections",
        "executemany of the same rows",
        RATE,
        goal,
        _contest(size),
    )
    for size, goal in ((1_000, 0.75), (10_000, 0.6))
]
