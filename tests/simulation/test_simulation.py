"""Any history at all, crashes included: the service says what a model in plain dicts says."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.figures import disagreements
from tests.simulation.driver import Simulation

happened: Counter[str] = Counter()


def test_the_model_agrees_after_every_run(tmp_path: Path, long: bool) -> None:
    runs, steps = (200, 500) if long else (10, 150)
    for seed in range(runs):
        database = tmp_path / f"{seed}.db"
        simulation = Simulation(database, seed)
        try:
            for number in range(steps):
                try:
                    simulation.step()
                    if number % 50 == 49:
                        simulation.compare()
                except Exception as error:
                    error.add_note(f"seed {seed}, step {number}: {dict(simulation.happened)}")
                    raise
            simulation.end()
        finally:
            simulation.kill()
        with closing(sqlite3.connect(database)) as connection:
            assert list(disagreements(connection)) == [], f"seed {seed}"
        happened.update(simulation.happened)


def test_everything_happened() -> None:
    """The agreement above means something only where all of this took place."""
    steps = {"created", "duplicate", "held", "conflict", "killed before it"}
    assert min(happened[one] for one in steps) >= 20, happened
    assert min(happened.values()) >= 3, happened


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE product_month_totals SET quantity_milli = quantity_milli + 1",
        "UPDATE store_month_totals SET receipts = receipts + 1",
        "UPDATE till_month_totals SET voids = voids + 1",
        "UPDATE tills SET last_number = last_number + 1, first_number = first_number - 1",
        "DELETE FROM held_sales WHERE status = 'held'",
    ],
)
def test_what_is_off_is_seen(tmp_path: Path, tampering: str) -> None:
    """The control: a figure, an ack or a held receipt is changed behind the service's back."""
    database = tmp_path / "sales.db"
    simulation = Simulation(database, seed=1)
    try:
        for _ in range(60):
            simulation.step()
        simulation.compare()
        with closing(sqlite3.connect(database)) as connection, connection:
            assert connection.execute(tampering).rowcount > 0
        with pytest.raises(AssertionError):
            simulation.compare()
    finally:
        simulation.kill()
