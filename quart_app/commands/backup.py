"""The ``backup`` command."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import click


@click.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    help="FILE is a folder: write a dated backup there and keep the newest so many.",
)
def backup(target: Path, keep: int | None) -> None:
    """Back up the database, while it is served too; verified before it has its name."""
    from quart_app.backups.making import back_up
    from quart_app.clock import SystemClock
    from quart_app.commands.progress import progress
    from quart_app.settings import load
    from quart_app.values.instant import format_instant

    # Ended from outside, it removes what is unfinished; and sales go before it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    # A service manager may forbid even that; then they are equals.
    with suppress(PermissionError):
        os.nice(10)
    with progress() as told:
        made = back_up(load(os.environ).database, target, keep, SystemClock(), told)
    click.echo(
        f"{made.file}: {made.contents.receipts:,} receipts, {made.size_bytes:,} bytes, "
        f"as of {format_instant(made.taken_at)}"
    )
    if not made.contents.is_current:
        click.echo("It is of an older schema: its pages were verified, not its figures.")
    for old in made.removed:
        click.echo(f"Removed {old}")
    if not made.is_noted:
        click.echo("It could not be noted beside the database as the last backup.", err=True)
