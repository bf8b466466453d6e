"""Makes up a history from a seed, tells it to the service and to the model, and compares them."""

import copy
import json
import multiprocessing
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.simulation.life import live
from tests.simulation.model import ZONES, Line, Model, Receipt

MONTHS = (202610, 202611, 202612)
BEGIN = datetime(2026, 11, 27, 12, tzinfo=UTC)
UNITS = {product_id: "kg" if product_id % 4 == 0 else "pcs" for product_id in range(1, 11)}
_CRASHES = 0.05
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["__main__", "tests.simulation.life"])


class Simulation:
    """One history; any disagreement is an AssertionError."""

    def __init__(self, database: Path, seed: int) -> None:
        self.model = Model(BEGIN)
        self.happened: Counter[str] = Counter()
        self._database = database
        self._chance = random.Random(seed)
        self._contents: dict[str, Receipt] = {}
        self._last_number: Counter[tuple[int, str]] = Counter()
        self._start()
        for store_id in (1, 2):
            self._open(store_id)
        for product_id in range(1, 8):
            self._sell(product_id)

    def _start(self) -> None:
        self._orders, theirs = _forks.Pipe()
        self._life = _forks.Process(target=live, args=(self._database, self.model.now, theirs))
        self._life.start()
        theirs.close()

    def order(self, name: str, *arguments: Any, dies_after: int | None = None) -> Any:
        """Have the service do something; EOFError where it was killed before it had answered."""
        self._orders.send((name, arguments, dies_after))
        return self._orders.recv()

    def end(self) -> None:
        """Let it close its file."""
        self._orders.send(None)
        self._life.join(60)
        assert self._life.exitcode == 0

    def kill(self) -> None:
        """End whatever is left of it."""
        self._life.kill()
        self._life.join()

    def _do(self, name: str, *arguments: Any) -> tuple[Any, bool]:
        """The answer, and whether it took a crash to get: then it was asked again, as tills do."""
        if self._chance.random() >= _CRASHES:
            return self.order(name, *arguments), False
        dies_after = self._chance.choice(
            (self._chance.randint(0, 40), -self._chance.randint(1, 60))
        )
        answer: Any = None
        is_answered = True
        try:
            answer = self.order(name, *arguments, dies_after=dies_after)
        except EOFError:
            is_answered = False
        self._life.join()
        assert self._life.exitcode == -9
        self._start()
        self.happened["killed after the answer" if is_answered else "killed before it"] += 1
        return (answer, False) if is_answered else (self.order(name, *arguments), True)

    def step(self) -> None:
        """Something happens."""
        kinds: dict[Callable[[], None], int] = {
            self._post: 40,
            self._batch: 15,
            self._void: 12,
            self._product: 8,
            self._no_product: 3,
            self._store: 2,
            self._no_store: 1,
            self._time: 6,
            self._discard: 8,
            self._retry: 5,
        }
        (kind,) = self._chance.choices(list(kinds), kinds.values())
        kind()
        self.happened[kind.__name__] += 1

    def _post(self) -> None:
        sent = [self._receipt() for _ in range(self._chance.choice((1, 1, 2, 5)))]
        keyed = [(one, self._key(one)) for one in sent]
        expected = [self.model.post(one, key) for one, key in keyed]
        told, again = self._do("post", [(written(one), key) for one, key in keyed])
        self._check(told, expected, again)

    def _batch(self) -> None:
        sent = [self._receipt() for _ in range(self._chance.randint(1, 12))]
        is_trial = self._chance.random() < 0.1
        model = copy.deepcopy(self.model) if is_trial else self.model
        expected = [model.post(one) for one in sent]
        (told, acks), again = self._do("batch", [written(one) for one in sent], is_trial)
        self._check(told, expected, again)
        if not is_trial:
            tills = {(one.store_id, one.till_id) for one in sent if one.number is not None}
            assert acks == [(*till, *model.acks()[till]) for till in sorted(tills)]

    def _check(self, told: list[str], expected: list[str], again: bool) -> None:
        for one, wanted in zip(told, expected, strict=True):
            self.happened[wanted] += 1
            assert one == wanted or (again and (one, wanted) == ("duplicate", "created")), (
                told,
                expected,
            )

    def _receipt(self) -> Receipt:
        """A new one, one that was sent before, or one with a place in another's way."""
        chance, sent = self._chance, list(self._contents.values())
        if sent and chance.random() < 0.3:
            return chance.choice(sent[-40:] if chance.random() < 0.7 else sent)
        store_id, till_id = chance.choice(list(ZONES)), chance.choice(("T1", "T2"))
        number = self._number(store_id, till_id)
        hours = chance.choice((-1_200, -300, -24, 0, 24, 26, 80)) + chance.uniform(-24, 0)
        made = Receipt(
            content=f"c{len(self._contents)}",
            receipt_id=f"r{len(self._contents)}",
            store_id=store_id,
            till_id=till_id,
            number=number,
            sign=chance.choice((1, 1, 1, -1)),
            at=(self.model.now + timedelta(hours=hours)).replace(microsecond=0),
            lines=tuple(self._line() for _ in range(chance.randint(1, 4))),
        )
        if sent and chance.random() < 0.15:
            made = made._replace(receipt_id=chance.choice(sent).receipt_id)
        self._contents[made.content] = made
        return made

    def _number(self, store_id: int, till_id: str) -> int | None:
        last = self._last_number[store_id, till_id]
        kind = self._chance.random()
        if kind < 0.2:
            return None
        if kind < 0.3:
            return self._chance.randint(0, last + 3)
        self._last_number[store_id, till_id] += self._chance.choice((1, 1, 1, 3))
        return last + 1

    def _line(self) -> Line:
        product_id = self._chance.choice(list(UNITS))
        whole = UNITS[product_id] == "pcs"
        milli = self._chance.randint(1, 4) * 1_000 if whole else self._chance.randint(1, 2_500)
        price = self._chance.choice((None, self._chance.randint(0, 50_000)))
        return Line(product_id, milli, price)

    def _key(self, receipt: Receipt) -> str | None:
        """Every third receipt has a key of its own; now and then one comes with another's."""
        if self._chance.random() < 0.05 and self.model.keys:
            return self._chance.choice(sorted(self.model.keys))
        return f"k-{receipt.content}" if int(receipt.content[1:]) % 3 == 0 else None

    def _void(self) -> None:
        sent = [one.receipt_id for one in self._contents.values()]
        receipt_id = self._chance.choice([*sent[-30:], *sent[:3], "never-sent"])
        expected = "done" if self.model.void(receipt_id) else "receipt_not_found"
        assert self._do("void", receipt_id)[0] == expected

    def _product(self) -> None:
        self._sell(self._chance.choice(list(UNITS)))

    def _sell(self, product_id: int) -> None:
        price = self._chance.randint(1, 50_000)
        self._do("product", product_id, UNITS[product_id], price)
        self.model.prices[product_id] = price
        self.model.settle()

    def _no_product(self) -> None:
        product_id = self._chance.choice(list(UNITS))
        is_known = product_id in self.model.prices
        told, again = self._do("no_product", product_id)
        assert told == ("done" if is_known else "product_not_found") or (is_known and again)
        if product_id not in self.model.sold():
            self.model.prices.pop(product_id, None)

    def _store(self) -> None:
        self._open(self._chance.choice(list(ZONES)))

    def _open(self, store_id: int) -> None:
        self._do("store", store_id, ZONES[store_id])
        self.model.stores.add(store_id)
        self.model.settle()

    def _no_store(self) -> None:
        store_id = self._chance.choice(list(ZONES))
        is_known = store_id in self.model.stores
        told, again = self._do("no_store", store_id)
        assert told == ("done" if is_known else "store_not_found") or (is_known and again)
        if store_id not in {self.model.first[one].store_id for one in self.model.counted}:
            self.model.stores.discard(store_id)

    def _time(self) -> None:
        self.model.now += timedelta(hours=self._chance.uniform(0, 30))
        self._do("time", self.model.now)
        self.model.settle()

    def _discard(self) -> None:
        if (found := self._any_held()) is not None:
            held_id, receipt = found
            told, again = self._do("discard", held_id)
            assert told == "done" or (again and told == "held_settled")
            self.model.discard(receipt, is_newcomer=receipt not in self.model.held)

    def _retry(self) -> None:
        if (found := self._any_held()) is not None:
            assert self._do("retry", found[0])[0] == "done"

    def _held(self) -> list[tuple[int, Receipt]]:
        shown = self.order("held")
        return [
            (held_id, self._contents[json.loads(text)["cashier_id"]]) for held_id, text in shown
        ]

    def _any_held(self) -> tuple[int, Receipt] | None:
        held = self._held()
        return self._chance.choice(held) if held else None

    def compare(self) -> None:
        """Everything that the service shows is what the model says."""
        model = self.model
        held = sorted(one.content for _, one in self._held())
        assert held == sorted(one.content for one in [*model.held, *model.newcomers])
        acks = {(store, till): (first, last) for store, till, first, last in self.order("tills")}
        assert {till: ack for till, ack in acks.items() if ack[0] is not None} == model.acks()
        for month in MONTHS:
            named = f"{month // 100}-{month % 100:02d}"
            stores, products = model.totals(named)
            rows = self.order("report", "top-stores", month, None)
            assert {row[0]: [row[2], row[3]] for row in rows} == stores
            rows = self.order("report", "tills", month, None)
            assert {tuple(row[:3]): [*row[3:6], row[8]] for row in rows} == model.tills(named)
            rows = self.order("report", "top-products", month, "revenue")
            assert {row[0]: [row[2], row[4]] for row in rows} == products
            rows = self.order("report", "top-products", month, "quantity")
            pieces = {one: of for one, of in products.items() if UNITS[one] == "pcs"}
            assert [row[0] for row in rows] == sorted(pieces, key=lambda i: (-pieces[i][0], i))
        for receipt_id in self._chance.sample(sorted(model.counted), min(20, len(model.counted))):
            sign = model.first[receipt_id].sign
            lines = [tuple(line) for line in self.order("lines", receipt_id)]
            assert [(one, sign * qty, sign * paid) for one, qty, paid in lines] == (
                model.counted[receipt_id]
            )


def written(receipt: Receipt) -> bytes:
    """A receipt as its till writes it; the cashier tells one content from another."""
    lines = [
        {"product_id": line.product_id, "quantity": f"{line.milli // 1000}.{line.milli % 1000:03d}"}
        | (
            {}
            if line.price is None
            else {"unit_price": f"{line.price // 100}.{line.price % 100:02d}"}
        )
        for line in receipt.lines
    ]
    numbered = {} if receipt.number is None else {"sequence_number": receipt.number}
    return json.dumps(
        {
            "receipt_id": receipt.receipt_id,
            "store_id": receipt.store_id,
            "till_id": receipt.till_id,
            "type": "sale" if receipt.sign > 0 else "return",
            "occurred_at": receipt.at.isoformat(),
            "cashier_id": receipt.content,
            "lines": lines,
        }
        | numbered
    ).encode()
