"""``key``: makes, lists and revokes access keys."""

import os

import click

from quart_app.clock import SystemClock
from quart_app.settings import load

_COLUMNS = (
    "id",
    "role",
    "store_id",
    "name",
    "created_at",
    "expires",
    "last_used_at",
    "revoked_at",
)


@click.group()
def key() -> None:
    """Make, list and revoke access keys; beside a running service too."""


@key.command()
@click.option("--role", type=click.Choice(["till", "reader", "manager"]), required=True)
@click.option("--name", required=True, help="Whose it is, such as 'Shop 7, T1'.")
@click.option("--store", type=int, metavar="N", help="The one store of a till's key.")
@click.option("--expires", metavar="DATE", help="The last day on which it holds.")
def create(role: str, name: str, store: int | None, expires: str | None) -> None:
    """Make a key and print it, this once."""
    from quart_app.access import command
    from quart_app.access.models import KeyForm
    from quart_app.app import Services

    services = Services(load(os.environ), SystemClock())
    given = {"role": role, "name": name, "store_id": store, "expires": expires}
    sent = {member: value for member, value in given.items() if value is not None}
    made = command.create(services, services.wire.convert(sent, KeyForm))
    click.echo(f"Key {made.id}, {made.role}, {made.name}. It is shown only now:", err=True)
    click.echo(made.key)


@key.command("list")
def list_() -> None:
    """Every key that was ever made, but not the keys themselves."""
    from quart_app.access import command
    from quart_app.app import Services

    found = command.listed(Services(load(os.environ), SystemClock()))
    rows = [_COLUMNS, *([str(getattr(one, name) or "") for name in _COLUMNS] for one in found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


@key.command()
@click.argument("key_id", metavar="ID", type=click.IntRange(min=1))
def revoke(key_id: int) -> None:
    """End a key; whoever has it is refused from now on."""
    from quart_app.access import command
    from quart_app.app import Services

    command.revoke(Services(load(os.environ), SystemClock()), key_id)
    click.echo(f"Key {key_id} is revoked.", err=True)
