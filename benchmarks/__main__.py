"""``python -m benchmarks [--short] [NAME ...]``: measure, then print the table."""

import argparse
import shlex
import sys
from collections.abc import Sequence

from benchmarks import (
    batches,
    catalogue,
    drawing,
    live_pages,
    machine,
    posts,
    report_load,
    report_sizes,
    reports,
    start,
    table,
)
from benchmarks.plan import FULL, SHORT
from benchmarks.rounds import Outcome, play
from benchmarks.row import NotRun, Row
from benchmarks.workshop import Workshop, workshop

ROWS = [
    *posts.ROWS,
    *live_pages.ROWS,
    *drawing.ROWS,
    *batches.ROWS,
    *catalogue.ROWS,
    *reports.ROWS,
    *report_sizes.ROWS,
    *report_load.ROWS,
    *start.ROWS,
]


def main(arguments: Sequence[str]) -> int:
    """Run the rows that are named, or all; the status is 1 where one of them failed."""
    given = _parser().parse_args(arguments)
    plan = SHORT if given.short else FULL
    rows = [
        row for row in ROWS if row.belongs_to(plan) and (not given.names or row.name in given.names)
    ]
    outcomes: list[Outcome] = []
    lines: list[list[str]] = []
    failed = False
    with workshop(plan) as shop:
        print(machine.description(shop.folder))
        print("python -m benchmarks " + shlex.join(arguments))
        for row in rows:
            print(f"{row.name} …", file=sys.stderr, flush=True)
            try:
                outcome = _measure(row, shop)
                outcomes.append(outcome)
                lines.append(table.cells(outcome, plan.judged))
            except NotRun as reason:
                lines.append(table.reason_cells(row, f"not run: {reason}"))
            except Exception as reason:  # noqa: BLE001 - one row is not to take others with it
                failed = True
                lines.append(table.reason_cells(row, f"FAILED: {reason or type(reason).__name__}"))
    print(table.render([*lines, *reports.medians(outcomes, plan.judged)]))
    return int(failed)


def _measure(row: Row, shop: Workshop) -> Outcome:
    rounds = shop.plan.starts if row.quick else shop.plan.rounds
    with row.contest(shop) as contest:
        return play(row, contest, rounds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--short",
        action="store_true",
        help="small sizes and one round: shows that all of it runs, says nothing of speed",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        choices=[[], *(row.name for row in ROWS)],
        help="rows to run: " + ", ".join(row.name for row in ROWS),
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
