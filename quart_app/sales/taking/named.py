"""What a group of receipts names: what has to be looked up, and what two of them both claim."""

from collections.abc import Collection, Sequence

from quart_app.sales.taking.arrivals import Arrival
from quart_app.sales.taking.parts import Part
from quart_app.tills.numbers import TillKey


class Named:
    """The receipt ids, keys and tills' numbers of a group."""

    def __init__(self, arrivals: Sequence[Arrival], parts: Sequence[Part]) -> None:
        ids = {one for arrival in arrivals if (one := arrival.form.receipt_id) is not None}
        self.receipt_ids = ids
        self.keys = {key for one in arrivals if (key := one.idempotency_key) is not None}
        self.numbers: dict[TillKey, set[int]] = {}
        self._claimed_twice: set[str] = set()
        self._contested: set[TillKey] = set()
        for arrival in arrivals:
            if (number := arrival.form.sequence_number) is not None:
                self.numbers.setdefault(arrival.till, set()).add(number)
        for part in parts:
            own = set(part.receipt_ids)
            self._claimed_twice |= ids & own
            ids |= own
            for till, came in part.numbers.items():
                numbers = self.numbers.setdefault(till, set())
                count = len(numbers)
                numbers.update([number for number, _ in came])
                if len(numbers) != count + len(came):
                    self._contested.add(till)

    def is_alone(
        self, part: Part, known: Collection[str], used_numbers: Collection[TillKey]
    ) -> bool:
        """Whether nobody else has what its receipts are told apart by."""
        own = set(part.receipt_ids)
        return (
            len(own) == len(part)
            and own.isdisjoint(known)
            and own.isdisjoint(self._claimed_twice)
            and part.numbers.keys().isdisjoint(used_numbers)
            and part.numbers.keys().isdisjoint(self._contested)
        )
