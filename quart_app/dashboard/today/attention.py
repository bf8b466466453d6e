"""What somebody should look at, from what the figures of a day lack."""

from collections.abc import Mapping, Sequence

from quart_app.dashboard.today.models import Attention, HeldReason
from quart_app.reports.models import Lacking, SilentTill


def candidates(silent: Sequence[SilentTill], sold: set[int]) -> tuple[int, ...]:
    """The shops that may have sent nothing: a till of theirs is silent and nothing was sold."""
    return tuple(sorted({till.store_id for till in silent} - sold))


def attention_of(
    lacking: Lacking,
    *,
    silent: Sequence[int],
    names: Mapping[int, str],
    held: int,
    reasons: Sequence[HeldReason],
) -> Attention:
    """A shop that is silent altogether is told of once, and not again by each of its tills."""
    return Attention(
        silent_shops=tuple(sorted(names.get(one, str(one)) for one in silent)),
        silent_tills=tuple(
            sorted(
                (names.get(till.store_id, str(till.store_id)), till.till_id)
                for till in lacking.silent_tills
                if till.store_id not in silent
            )
        ),
        held=held,
        held_reasons=tuple(reasons),
        missing_receipts=lacking.missing_receipts,
    )
