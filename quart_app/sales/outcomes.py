"""What became of receipts since the start: counted once they are on disk, or refused."""

from collections.abc import Sequence

from quart_app.sales.models import Conflicting, Created, Duplicate, Held, Outcome, Refused

_NAMES: dict[type[Outcome], str] = {
    Created: "created",
    Duplicate: "duplicate",
    Held: "held",
    Conflicting: "conflict",
    Refused: "rejected",
}


class Outcomes:
    """How many receipts came to what; trials are not among them."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(_NAMES.values(), 0)

    def add(self, outcomes: Sequence[Outcome]) -> None:
        """Count what a transaction came to."""
        for outcome in outcomes:
            self.counts[_NAMES[type(outcome)]] += 1

    def reject(self) -> None:
        """Count one that could not be read as a receipt."""
        self.counts["rejected"] += 1
