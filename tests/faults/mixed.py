"""Clients that send batches, receipts that must be held, and voids, among single sales."""

import asyncio
import json
import random
import time
from collections.abc import Iterable, Iterator
from itertools import islice

from tests.faults.ledger import Ledger
from tests.faults.load import SALES, Connection, Load, request
from tests.faults.receipts import STRANGE, Receipt
from tests.service import Service

_STATUSES = {"created": 201, "duplicate": 200, "held": 202, "conflict": 409, "rejected": 422}
_A_BATCH = 25


class MixedLoad(Load):
    """A third each of single sales and of batches; the rest voids of what was acknowledged."""

    def __init__(
        self, service: Service, ledger: Ledger, source: Iterator[Receipt], connections: int
    ) -> None:
        super().__init__(service, ledger, source, connections)
        self._chance = random.Random(connections)

    async def turn(self, connection: Connection) -> bool:
        kind = self._chance.random()
        if kind < 0.4:
            return await super().turn(connection)
        if kind < 0.75 or not self.ledger.acknowledged:
            return await self._batch(connection)
        await _void(connection, self.ledger, self._chance.choice(list(self.ledger.acknowledged)))
        return True

    async def _batch(self, connection: Connection) -> bool:
        sent = list(islice(self.source, self._chance.randint(1, _A_BATCH)))
        for receipt in sent:
            self.ledger.sends(receipt)
        body = b"\n".join(receipt.body for receipt in sent)
        await connection.send(
            request(body, content_type="application/x-ndjson", target=f"{SALES}/batch")
        )
        answer = await connection.answer()
        if answer.status == 200:
            results = json.loads(answer.body)["results"]
            for receipt, result in zip(sent, results, strict=True):
                self.ledger.answered(receipt, _STATUSES[result["status"]])
        else:
            self.ledger.statuses[answer.status] += 1
            await asyncio.sleep(0.02)
        return bool(sent)


async def _void(connection: Connection, ledger: Ledger, receipt_id: str) -> None:
    ledger.voids_sent.add(receipt_id)
    await connection.send(request(b"", target=f"{SALES}/{receipt_id}/void"))
    ledger.void_answered(receipt_id, (await connection.answer()).status)


def deliver_mixed(service: Service, ledger: Ledger, receipts: Iterable[Receipt]) -> None:
    """Send all of these by single sales and batches, with voids in between."""
    asyncio.run(MixedLoad(service, ledger, iter(receipts), 16).run())


def void_again(service: Service, ledger: Ledger) -> None:
    """As tills do: a void that was not answered is sent once more."""
    for receipt_id in ledger.voids_sent - ledger.voided_at_ns.keys():
        status = service.post(f"/sales/{receipt_id}/void").status_code
        ledger.void_answered(receipt_id, status)
    assert ledger.voids_sent == ledger.voided_at_ns.keys(), ledger.statuses


def complete_catalogue(service: Service) -> None:
    """Add what the held receipts lack, and wait until they have been counted by themselves."""
    product = {"id": STRANGE, "name": "Strange", "price": "1.00"}
    assert service.post("/products", product).status_code == 201
    for _ in range(600):
        if not service.get("/held-sales").json():
            return
        time.sleep(0.05)
    raise AssertionError("there are receipts that nothing is lacking and that are held still")
