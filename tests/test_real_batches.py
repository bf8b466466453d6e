"""The two real months as tills send them after a bad night: in any order, twice, all at once, and
with a part of the catalogue missing; once that is there, every figure is right and nothing is held.
"""

import asyncio
import gzip
import json
import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from quart_app.importing import opened
from quart_app.sales.forms import ReceiptForm
from quart_app.sales.from_csv import receipts
from quart_app.values.money import Currency
from quart_app.wire import Wire
from tests.faults.figures import disagreements
from tests.service import API, Service, serving
from tests.test_real_receipts import check_every_figure

_CONNECTIONS = 8
_A_BATCH = 400
_MISSING = 20
"""Every so manieth product is not in the catalogue at first."""
_WAIT_S = 300


@pytest.fixture(scope="module")
def forms(real_receipts: Path) -> list[ReceiptForm]:
    with opened(real_receipts / "sales.csv.gz") as text:
        found = list(receipts(text, Wire(Currency("RUB"))))
    assert all(isinstance(one, ReceiptForm) for one in found)
    assert len(found) == 25_908
    return found  # type: ignore[return-value]


def test_batches_from_everywhere_come_to_the_same_figures(
    database: Path, real_receipts: Path, forms: list[ReceiptForm]
) -> None:
    expected = json.loads((real_receipts / "expected.json").read_text())
    chance, wire = random.Random(31), Wire(Currency("RUB"))
    head, *products = (real_receipts / "products.csv").read_text().splitlines(keepends=True)
    bodies = [wire.encode(one) for one in forms]
    chance.shuffle(bodies)
    batches = [b"\n".join(bodies[i : i + _A_BATCH]) for i in range(0, len(bodies), _A_BATCH)] * 2
    chance.shuffle(batches)
    with serving(database) as service:
        _import(service, "stores", (real_receipts / "stores.csv").read_text())
        here = [row for i, row in enumerate(products) if i % _MISSING]
        _import(service, "products", head + "".join(here))
        answers = asyncio.run(_send(service, batches))
        assert len(answers) == len(batches)
        told = {one: sum(answer[one] for answer in answers) for one in _COUNTS}
        assert told["conflict"] == told["rejected"] == 0
        assert sum(told.values()) == 2 * len(forms)
        waiting = _held(database)
        # A receipt has nine lines or so: a product in twenty keeps a third of them waiting.
        assert waiting > len(forms) // 5
        assert told["created"] == len(forms) - waiting
        _import(service, "products", head + "".join(products))
        _wait_until_none_is_held(database)
        assert service.get("/held-sales").json() == []
        check_every_figure(service, expected)
        _check_tills(service, forms)
    with closing(sqlite3.connect(database)) as connection:
        assert list(disagreements(connection)) == []
        counted = connection.execute("SELECT COUNT(*), COUNT(DISTINCT receipt_id) FROM sales")
        assert counted.fetchone() == (len(forms), len(forms))


_COUNTS = ("created", "duplicate", "held", "conflict", "rejected")


def _import(service: Service, kind: str, text: str) -> None:
    reply = service.post(f"/{kind}/import", content=text, headers={"Content-Type": "text/csv"})
    assert reply.status_code == 200, reply.text


async def _send(service: Service, batches: list[bytes]) -> list[dict[str, Any]]:
    """Every batch over one of the connections, every second one packed."""
    waiting = iter(list(enumerate(batches)))
    answers: list[dict[str, Any]] = []

    async def till() -> None:
        async with httpx.AsyncClient(base_url=service.url + API, timeout=_WAIT_S) as client:
            for number, batch in waiting:
                headers = {"Content-Type": "application/x-ndjson"}
                body = batch
                if number % 2:
                    body = gzip.compress(batch, compresslevel=1)
                    headers["Content-Encoding"] = "gzip"
                reply = await client.post("/sales/batch", content=body, headers=headers)
                assert reply.status_code == 200, reply.text
                answers.append(reply.json())

    async with asyncio.TaskGroup() as tills:
        for _ in range(_CONNECTIONS):
            tills.create_task(till())
    return answers


def _held(database: Path) -> int:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        found = connection.execute("SELECT COUNT(*) FROM held_sales WHERE status = 'held'")
        return int(found.fetchone()[0])


def _wait_until_none_is_held(database: Path) -> None:
    """They are counted by themselves; a service that stands still fails the test."""
    last, still_since = _held(database), time.monotonic()
    while last:
        time.sleep(0.2)
        now = _held(database)
        if now != last:
            last, still_since = now, time.monotonic()
        assert time.monotonic() - still_since < 60, f"{last} are held and none is counted"


def _check_tills(service: Service, forms: list[ReceiptForm]) -> None:
    """Each till may forget all it has sent: there is no gap up to its last number."""
    numbers: dict[tuple[int, str | None], list[int]] = {}
    for form in forms:
        assert form.sequence_number is not None
        numbers.setdefault((form.store_id, form.till_id), []).append(form.sequence_number)
    shown = {
        (till["store_id"], till["till_id"]): (
            till["ack_from"],
            till["ack_through"],
            till["missing"],
        )
        for till in service.get("/tills").json()
    }
    assert shown == {till: (min(of), max(of), []) for till, of in numbers.items()}
