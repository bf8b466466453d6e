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

from benchmarks.chain import Chain, Receipt
from benchmarks.lines import stocked
from benchmarks.posts import body
from benchmarks.raw_rows import DAY, PRAGMAS, TOTALS, Numbered, RawRows, Rows
from benchmarks.row import RATE, Contest, Row, RowFailed, Sample
from benchmarks.servers import Server, service
from benchmarks.workshop import Workshop

_CONNECTIONS = 4
_LINES = 3
_CHECKPOINT_ROWS = 10_000


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
        self._rows = RawRows(chain)

    def batch(self) -> Batch:
        """The next till's batch."""
        store_id = next(self._stores)
        numbered = []
        for _ in range(self._size):
            self._numbers[store_id] += 1
            made = self._chain.receipt(DAY, _LINES)
            made = Receipt(store_id, made.day, made.second, made.lines)
            numbered.append(Numbered(next(self._ids), self._numbers[store_id], made))
        sent = "\n".join(_body(one) for one in numbered).encode()
        head = (
            "POST /api/v1/sales/batch HTTP/1.1\r\nHost: localhost\r\n"
            f"Content-Type: application/x-ndjson\r\nContent-Length: {len(sent)}\r\n\r\n"
        )
        return Batch(head.encode() + sent, self._size, self._rows.of(store_id, numbered))


def _body(one: Numbered) -> str:
    named = {"receipt_id": one.receipt_id, "sequence_number": one.number}
    return json.dumps(json.loads(body(one.receipt)) | named)


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


def _require_same_rows(connection: sqlite3.Connection, ours: Path) -> None:
    """RowFailed unless both sides have come to the same totals, to the last figure."""
    connection.execute("ATTACH ? AS ours", (f"{ours.as_uri()}?mode=ro",))
    for table in TOTALS:
        for one, other in (("main", "ours"), ("ours", "main")):
            differing = connection.execute(
                f"SELECT * FROM {one}.{table} EXCEPT SELECT * FROM {other}.{table} LIMIT 1"
            ).fetchone()
            if differing is not None:
                raise RowFailed(f"{table}: {differing} is in {one} only")


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
            closing(sqlite3.connect(other.as_uri(), uri=True, isolation_level=None)) as connection,
            service(shop, ours) as server,
        ):
            connection.executescript(PRAGMAS)

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
            _require_same_rows(connection, ours)

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
