"""The ``doctor`` command."""

import os
import textwrap

import click

_COLOURS = {"ok": "green", "warn": "yellow", "bad": "red"}
_WIDTH = 100
_INDENT = " " * 21


@click.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def doctor(form: str) -> None:
    """Look for what may cost receipts: the disk, the clock, files, backups; 1 where it is bad."""
    import msgspec

    from quart_app.clock import SystemClock
    from quart_app.doctor.service import examine
    from quart_app.settings import load

    found = []
    for one in examine(load(os.environ), SystemClock()):
        found.append(one)
        if form == "table":
            texts = textwrap.wrap(one.seen, _WIDTH - len(_INDENT), break_long_words=False)
            texts += [f"-> {text}" for text in [one.todo] if text]
            head = click.style(f"{one.verdict:<4}", fg=_COLOURS[one.verdict])
            click.echo(f"{head}  {one.name:<13}  " + f"\n{_INDENT}".join(texts))
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    bad = sum(one.verdict == "bad" for one in found)
    if bad:
        raise click.ClickException(f"{bad} of {len(found)} are bad")
