"""The ``restore`` command."""

import os
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put a backup in the database's place; verified first, the old file is kept beside it."""
    from quart_app.backups import restoring
    from quart_app.clock import SystemClock
    from quart_app.commands.progress import progress
    from quart_app.settings import load
    from quart_app.values.instant import parse_instant
    from quart_app.values.spans import shown_span

    settings, clock = load(os.environ), SystemClock()
    with progress() as told:
        done = restoring.restore(file, settings.database, settings.currency.code, clock, told)
    label = done.label
    age = shown_span((clock.now() - parse_instant(label.taken_at)) // 1_000_000)
    click.echo(
        f"Restored {settings.database} as of {label.taken_at} ({age} ago): "
        f"{done.contents.receipts:,} receipts, the newest received "
        f"{label.newest_received_at or 'never'}."
    )
    if done.kept is not None:
        click.echo(f"The file that was there is kept as {done.kept}")
    if not done.contents.is_current:
        click.echo(
            f"It is of an older release (schema {done.contents.schema}), so only its pages were "
            "verified: run `python -m quart_app migrate upgrade` before you serve it."
        )
