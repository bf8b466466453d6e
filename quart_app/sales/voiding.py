"""Voiding a sale: out of every total, then marked, in one transaction."""

from quart_app.database.steps import Statement
from quart_app.sales import repository
from quart_app.sales.totals_repository import taking_away


def voiding(sale_id: int, at_us: int, reason: str | None) -> list[Statement]:
    """What cancels a sale as if it had not been, on its own business date."""
    return [*taking_away(sale_id), repository.marking_void(sale_id, at_us, reason)]
