"""Batches that are cut, packed wrongly, too long or broken in part: each receipt by itself."""

import asyncio
import gzip
import zlib
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.conftest import Start
from tests.faults.ledger import Ledger
from tests.faults.load import SALES, Connection, request
from tests.faults.malformed import malformed
from tests.faults.memory import MIB, forget_peak, peak_bytes, require_memory_figures, resident_bytes
from tests.faults.receipts import Receipt, receipts
from tests.faults.settling import settle
from tests.faults.table import Row
from tests.service import Service, with_catalogue

NDJSON, JSON = "application/x-ndjson", "application/json"
_PEAK = 20 * MIB


def post(service: Service, body: bytes, kind: str = NDJSON, **headers: str) -> httpx.Response:
    return service.post("/sales/batch", content=body, headers={"Content-Type": kind} | headers)


def counts(reply: httpx.Response) -> dict[str, int]:
    assert reply.status_code == 200, reply.text
    return {name: n for name, n in reply.json().items() if isinstance(n, int) and n}


def some(prefix: str, count: int) -> list[Receipt]:
    return list(islice(receipts(prefix, seed=3), count))


def joined(sent: list[Receipt]) -> bytes:
    return b"".join(one.body + b"\n" for one in sent)


def stored(service: Service, prefix: str) -> int:
    """How many receipts with that prefix can be read back."""
    found = service.get("/sales", params={"till_id": prefix, "limit": 1_000}).json()
    return len(found)


@pytest.mark.parametrize("number", range(16))
def test_one_bad_receipt_costs_the_others_nothing(shared_service: Service, number: int) -> None:
    """Of each kind of malformed body a few, between two receipts that are good."""
    every = islice(malformed(seed=16), number, 16 * 12, 16)
    bad = [one for one in every if b"\n" not in one.body and len(one.body) < MIB]
    good = some(f"G{number}", 2 * len(bad))
    assert bad
    for i, one in enumerate(bad):
        body = good[2 * i].body + b"\n" + one.body + b"\n" + good[2 * i + 1].body
        told = [result["status"] for result in post(shared_service, body).json()["results"]]
        assert (told[0], told[-1]) == ("created", "created"), one
    assert stored(shared_service, f"G{number}") == len(good)


def test_lines_end_as_they_like(shared_service: Service) -> None:
    sent = some("E", 6)
    for glue in (b"\n", b"\r\n", b"\n\n\r\n \n"):
        told = counts(post(shared_service, glue.join(one.body for one in sent)))
        assert sum(told.values()) == 6
    assert told == {"duplicate": 6}
    assert stored(shared_service, "E") == 6
    assert counts(post(shared_service, b"\n \r\n\n")) == {}
    assert counts(post(shared_service, b"")) == {}


def test_gzip_in_several_members_is_one_body(shared_service: Service) -> None:
    sent = some("Z", 20)
    body = joined(sent)
    packed = gzip.compress(body[:777]) + gzip.compress(body[777:])
    told = counts(post(shared_service, packed, **{"Content-Encoding": "gzip"}))
    assert told == {"created": 20}


def test_broken_gzip_and_broken_arrays_write_nothing(shared_service: Service) -> None:
    sent = some("X", 30)
    packed = gzip.compress(joined(sent))
    wrong: list[tuple[bytes, str, dict[str, str]]] = [
        (packed[:-9], NDJSON, {"Content-Encoding": "gzip"}),
        (packed[: len(packed) // 2], NDJSON, {"Content-Encoding": "gzip"}),
        (packed + b"garbage", NDJSON, {"Content-Encoding": "gzip"}),
        (joined(sent), NDJSON, {"Content-Encoding": "gzip"}),
        (packed, NDJSON, {"Content-Encoding": "br"}),
    ]
    array = b"[" + b",".join(one.body for one in sent) + b"]"
    broken = (array[:-1], array + b"]", array[:-200], b'{"a": ' + array + b"}", array + b"x")
    wrong += [(one, JSON, {}) for one in broken]
    for body, kind, headers in wrong:
        assert post(shared_service, body, kind, **headers).status_code in {400, 415}
    assert stored(shared_service, "X") == 0
    # The control: the same, whole.
    assert counts(post(shared_service, array, JSON)) == {"created": 30}


def test_one_receipt_too_many_and_a_line_too_long(shared_service: Service) -> None:
    blank = b'{"receipt_id": "L"}\n'
    assert counts(post(shared_service, blank * 10_000)) == {"rejected": 10_000}
    assert post(shared_service, blank * 10_001).status_code == 413
    sent = some("L", 3)
    long = b'{"receipt_id": "' + b"x" * (2 * MIB) + b'"}\n'
    body = sent[0].body + b"\n" + long + joined(sent[1:])
    told = post(shared_service, body).json()
    assert [one["status"] for one in told["results"]] == ["created", "rejected", *["created"] * 2]
    array = b"[" + b",".join((sent[0].body, long, sent[1].body)) + b"]"
    assert counts(post(shared_service, array, JSON)) == {"duplicate": 2, "rejected": 1}


def test_a_dry_run_says_the_same_and_writes_nothing(shared_service: Service) -> None:
    sent = some("D", 40)
    body = joined(sent[:20]) + b"{\n" + joined(sent)
    options: dict[str, Any] = {"content": body, "headers": {"Content-Type": NDJSON}}
    tried = shared_service.post("/sales/batch?dry_run=true", **options).json()
    assert stored(shared_service, "D") == 0
    done = shared_service.post("/sales/batch", **options).json()
    assert tried["results"] == done["results"]
    assert (done["created"], done["duplicate"], done["rejected"]) == (40, 20, 1)


async def _send_raw(service: Service, *parts: bytes) -> int | None:
    """The status of an answer to these bytes, or None where the connection is cut off by us."""
    connection = await Connection.open(service)
    for part in parts:
        await connection.send(part)
        await asyncio.sleep(0.2)
    if len(parts) > 1:
        connection.abort()
        return None
    answer = await connection.answer()
    await connection.close()
    return answer.status


def test_two_lengths_are_refused(shared_service: Service) -> None:
    (one,) = some("T", 1)
    chunked = f"{len(one.body):x}\r\n".encode() + one.body + b"\r\n0\r\n\r\n"
    for target in (SALES, f"{SALES}/batch"):
        raw = request(
            chunked,
            content_type=NDJSON if target.endswith("batch") else JSON,
            target=target,
            headers="Transfer-Encoding: chunked\r\n",
        )
        assert asyncio.run(_send_raw(shared_service, raw)) == 400
    assert stored(shared_service, "T") == 0


@pytest.mark.fault("a batch that breaks off half-way")
def test_a_batch_that_breaks_off(database: Path, start: Start, row: Row) -> None:
    """What came whole is counted or not; sent again, each is counted exactly once."""
    service, ledger = with_catalogue(start(database)), Ledger()
    sent = some("H", 4_000)
    body = joined(sent)
    for receipt in sent:
        ledger.sends(receipt)
    raw = request(body, content_type=NDJSON, target=f"{SALES}/batch")
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        asyncio.run(_send_raw(service, raw[: int(len(raw) * share)], b""))
        row.runs += 1
    before = len(service.get("/sales", params={"limit": 1_000}).json())
    assert before > 0
    told = post(service, body).json()
    assert told["created"] + told["duplicate"] == len(sent)
    assert told["duplicate"] > 0
    for receipt, result in zip(sent, told["results"], strict=True):
        ledger.answered(receipt, 201 if result["status"] == "created" else 200)
    row.acknowledged = len(ledger.acknowledged)
    assert told["acks"] == [
        {"store_id": one, "till_id": "H", "series": "", "ack_from": first, "ack_through": last}
        for one, first, last in _acks(sent)
    ]
    settle(service, ledger, row)


def _acks(sent: list[Receipt]) -> list[tuple[int, int, int]]:
    """The first numbers without a gap of each store: the seed mixes the stores."""
    found = []
    for store_id in (1, 2):
        numbers = [int(one.receipt_id[-6:]) for one in sent if one.store_id == store_id]
        last = min(numbers)
        while last + 1 in numbers:
            last += 1
        found.append((store_id, min(numbers), last))
    return found


def _bomb(unit: bytes, size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    block = unit * (MIB // len(unit))
    return b"".join(packer.compress(block) for _ in range(size // MIB)) + packer.flush()


@pytest.mark.fault("gzip bombs")
def test_gzip_bombs(database: Path, start: Start, row: Row) -> None:
    """What unpacks to more is refused at 64 MiB, what unpacks to less is not kept."""
    require_memory_figures()
    service, ledger = with_catalogue(start(database)), Ledger()
    pid = service.process.pid
    assert counts(post(service, joined(some("B", 100)))) == {"created": 100}
    before = resident_bytes(pid)
    forget_peak(pid)
    for unit, size, status in ((b"0", 200, 413), (b" ", 60, 200), (b"x\n", 60, 413)):
        bomb = _bomb(unit, size * MIB)
        assert post(service, bomb, **{"Content-Encoding": "gzip"}).status_code == status
        row.runs += 1
    grown = peak_bytes(pid) - before
    row.note = f"memory + {grown / MIB:.1f} MB"
    assert grown < _PEAK, row.note
    for receipt in some("B", 100):
        ledger.sends(receipt)
    settle(service, ledger, row)


@pytest.mark.parametrize("sent", [b"0,", b"[],"])
def test_an_array_of_many_members(database: Path, start: Start, sent: bytes) -> None:
    """Ten thousand members may come: what has more is refused before it takes memory."""
    require_memory_figures()
    service = with_catalogue(start(database))
    before = resident_bytes(service.process.pid)
    body = b"[" + sent * (8 * MIB // len(sent)) + b"0]"
    assert post(service, body, JSON).status_code == 413
    assert peak_bytes(service.process.pid) - before < 5 * len(body)


@pytest.mark.alone
def test_others_are_answered_while_a_bomb_is_unpacked(database: Path, start: Start) -> None:
    """Empty lines are nothing; 40 MiB of them, packed into 40 KB, must not keep others waiting."""
    service = with_catalogue(start(database))
    answered = []

    async def ask(finished: asyncio.Event) -> None:
        async with httpx.AsyncClient(base_url=service.url, timeout=60) as client:
            while not finished.is_set():
                await client.get("/healthz")
                answered.append(finished.is_set())

    async def both() -> None:
        finished = asyncio.Event()
        asking = asyncio.create_task(ask(finished))
        await asyncio.sleep(0.1)
        before = len(answered)
        raw = request(
            _bomb(b"\n", 40 * MIB),
            content_type=NDJSON,
            target=f"{SALES}/batch",
            headers="Content-Encoding: gzip\r\n",
        )
        await _send_raw(service, raw)
        finished.set()
        during = len(answered) - before
        await asyncio.gather(asking, return_exceptions=True)
        assert during > 10

    asyncio.run(both())
