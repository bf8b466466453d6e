"""What became of receipts since the start: counted once they are on disk, or refused."""

from collections.abc import Sequence

from quart_app.sales.models import (
    AllCreated,
    Conflicting,
    Created,
    Duplicate,
    Held,
    Outcome,
    Outcomes,
    Refused,
)

_NAMES: dict[type[Outcome], str] = {
    Created: "created",
    Duplicate: "duplicate",
    Held: "held",
    Conflicting: "conflict",
    Refused: "rejected",
}


class OutcomeCounts:
    """How many receipts came to what; trials are not among them."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(_NAMES.values(), 0)

    def add(self, answers: Sequence[Outcomes]) -> None:
        """Count what a transaction came to."""
        for outcomes in answers:
            if isinstance(outcomes, AllCreated):
                self.counts["created"] += len(outcomes.receipt_ids)
            else:
                for outcome in outcomes:
                    self.counts[_NAMES[type(outcome)]] += 1

    def reject(self) -> None:
        """Count one that could not be read as a receipt."""
        self.counts["rejected"] += 1
