"""Requests to the routes of batches, held receipts, voids and tills that are wrong, from a seed."""

import gzip
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote

from tests.faults.load import SALES, request
from tests.faults.malformed import malformed
from tests.service import API

NDJSON, JSON = "application/x-ndjson", "application/json"
_TEXTS = (
    *("", " ", "0", "-1", "1e9", "9007199254740992", "9" * 400, "null", "NaN", "é", "\x00", "a/b"),
    *("..", "%", "' OR 1=1 --", "x" * 3_000, "\ud7ff", "held", "true", "T1", "M-x", "void"),
)


@dataclass(frozen=True)
class Wrong:
    """A request as bytes, and whether its answer is that of a batch."""

    kind: str
    raw: bytes
    is_batch: bool = False


def wrong_requests(seed: int) -> Iterator[Wrong]:
    """Such requests without end, all kinds in turn."""
    chance = random.Random(seed)
    bodies = (one.body for one in malformed(seed))
    while True:
        yield _batch("lines", _lines(bodies, chance), NDJSON)
        yield _batch("array", b"[" + b", ".join(islice(bodies, 3)) + b"]", JSON)
        yield _batch("one for all", next(bodies), chance.choice((NDJSON, JSON)))
        yield _packed(_lines(bodies, chance), chance)
        yield _batch("type", _lines(bodies, chance), chance.choice(("text/csv", "", "x", NDJSON)))
        yield _batch("question", _lines(bodies, chance), NDJSON, _query(chance, "dry_run"))
        yield _void(next(bodies), chance)
        yield _question("held", f"{API}/held-sales", chance, "GET")
        yield _question("tills", f"{API}/tills", chance, "GET")
        yield _of_one_held(chance)


def _lines(bodies: Iterator[bytes], chance: random.Random) -> bytes:
    ends = (b"\n", b"\r\n", b"\n\n", b"\r", b" \n")
    return b"".join(body + chance.choice(ends) for body in islice(bodies, chance.randint(1, 4)))


def _batch(kind: str, body: bytes, content_type: str, query: str = "", headers: str = "") -> Wrong:
    target = f"{SALES}/batch{query}"
    raw = request(body, content_type=content_type, target=target, headers=headers)
    return Wrong(f"batch: {kind}", raw, is_batch=True)


def _packed(body: bytes, chance: random.Random) -> Wrong:
    packed = bytearray(gzip.compress(body, mtime=0))
    damage = chance.randrange(6)
    if damage == 0:
        del packed[chance.randrange(len(packed)) :]
    elif damage == 1:
        packed[chance.randrange(len(packed))] ^= 1 << chance.randrange(8)
    elif damage == 2:
        packed += chance.randbytes(chance.randint(1, 20))
    elif damage == 3:
        packed *= 2
    elif damage == 4:
        packed = bytearray(chance.choice((zlib.compress(body), body, b"", b"\x1f\x8b")))
    encoding = chance.choice(("gzip", "gzip", "gzip", "deflate", "br", "gzip, gzip", "GZIP", ""))
    return _batch("packed", bytes(packed), NDJSON, headers=f"Content-Encoding: {encoding}\r\n")


def _void(body: bytes, chance: random.Random) -> Wrong:
    target = f"{SALES}/{quote(chance.choice(_TEXTS), safe='')}/void"
    return Wrong("void", request(body, target=target))


def _query(chance: random.Random, *names: str) -> str:
    names = (*names, "limit", "after", "store_id", "till_id", "status", "reason", "", "x")
    pairs = [
        f"{chance.choice(names)}={quote(chance.choice(_TEXTS), safe='')}"
        for _ in range(chance.randint(1, 3))
    ]
    return "?" + chance.choice("&&;").join(pairs)


def _question(kind: str, path: str, chance: random.Random, method: str) -> Wrong:
    return Wrong(kind, request(b"", method=method, target=path + _query(chance)))


def _of_one_held(chance: random.Random) -> Wrong:
    # Ids far above any there is: a good one would be discarded.
    held_id = chance.choice((quote(chance.choice(_TEXTS[2:]), safe=""), "999999999"))
    if chance.random() < 0.5:
        return _question("discard", f"{API}/held-sales/{held_id}", chance, "DELETE")
    return Wrong("retry", request(b"{", target=f"{API}/held-sales/{held_id}/retry"))
