"""Retries and clients that hang up: however often a receipt is sent, it is counted once."""

import asyncio
import json
import random
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from tests.faults.conftest import Start
from tests.faults.ledger import Ledger, check_file
from tests.faults.load import Connection, deliver, request
from tests.faults.receipts import Receipt, receipts
from tests.faults.settling import judge, settle
from tests.faults.table import Row
from tests.service import Service, with_catalogue

_CONNECTIONS = 64


@pytest.mark.fault("retries: copies at once")
def test_copies_at_once(database: Path, start: Start, row: Row, long: bool) -> None:
    count, copies = (50, 200) if long else (20, 50)
    service, ledger = with_catalogue(start(database)), Ledger()
    all_copies = list(islice(receipts("R", seed=6), count)) * copies
    # Half of them side by side, so that copies meet in one transaction; half anywhere.
    half = len(all_copies) // 2
    shuffled = all_copies[half:]
    random.Random(6).shuffle(shuffled)
    deliver(service, ledger, sorted(all_copies[:half], key=_by_id) + shuffled, _CONNECTIONS)
    assert ledger.statuses == {201: count, 200: count * (copies - 1)}
    row.runs, row.acknowledged = count * copies, len(ledger.acknowledged)
    settle(service, ledger, row)


def _by_id(receipt: Receipt) -> str:
    return receipt.receipt_id


def test_copies_without_an_identity_are_seen(database: Path, start: Start) -> None:
    """The control: without its id a receipt is counted as often as it is sent."""
    service, ledger = with_catalogue(start(database)), Ledger()
    receipt = next(receipts("R", seed=6))
    document = json.loads(receipt.body)
    del document["receipt_id"], document["sequence_number"]
    nameless = replace(receipt, body=json.dumps(document).encode())
    deliver(service, ledger, [nameless] * 5)
    assert service.stop()[0] == 0
    assert check_file(database, ledger).double == [receipt.receipt_id]


@pytest.mark.fault("clients that hang up")
def test_clients_hang_up(database: Path, start: Start, row: Row, long: bool) -> None:
    service, ledger = with_catalogue(start(database)), Ledger()
    sent = list(islice(receipts("H", seed=7, wide_every=10), 2_000 if long else 200))
    whole = asyncio.run(_hang_up_on(service, ledger, sent))
    row.runs = len(sent)
    assert service.get("/reports").status_code == 200
    # A till that heard nothing sends again: what had not come whole is new.
    assert not ledger.acknowledged
    deliver(service, ledger, ledger.unacknowledged())
    assert ledger.statuses[200] + ledger.statuses[201] == len(sent)
    assert ledger.statuses[201] >= len(sent) - whole
    row.note = f"{ledger.statuses[200]} of {whole} that came whole had been counted"
    row.acknowledged = len(ledger.acknowledged)
    settle(service, ledger, row)


async def _hang_up_on(service: Service, ledger: Ledger, sent: list[Receipt]) -> int:
    """Send each, whole or in part, and hang up at once in one of two ways; how many whole."""
    chance = random.Random(7)
    whole = 0
    at_once = asyncio.Semaphore(_CONNECTIONS)

    async def one(receipt: Receipt, length: int, *, aborts: bool) -> None:
        async with at_once:
            connection = await Connection.open(service)
            ledger.sends(receipt)
            await connection.send(request(receipt.body)[:length])
            if aborts:
                connection.abort()
            else:
                await connection.close()

    async with asyncio.TaskGroup() as clients:
        for receipt in sent:
            length = len(request(receipt.body))
            is_whole = chance.random() < 0.5
            whole += is_whole
            if not is_whole:
                length = chance.randrange(1, length)
            clients.create_task(one(receipt, length, aborts=chance.random() < 0.5))
    return whole


def test_nothing_half_written_is_noticed(database: Path, start: Start) -> None:
    """The control: a file from which half a receipt is missing does not pass."""
    service, ledger = with_catalogue(start(database)), Ledger()
    sent = list(islice(receipts("H", seed=7), 5))
    deliver(service, ledger, sent)
    assert service.stop()[0] == 0
    first = sent[0]
    ledger.sends(replace(first, lines=(*first.lines, first.lines[0])))
    assert not check_file(database, ledger).is_sound
    ledger.sends(first)
    judge(Row("control"), check_file(database, ledger))
