"""``person``: invites, lists and removes people who sign in to the pages."""

import os

import click

from quart_app.clock import SystemClock
from quart_app.people.models import ShownPerson
from quart_app.settings import load

_COLUMNS = ("id", "email", "name", "role", "store_ids", "status")


@click.group()
def person() -> None:
    """Invite, list and remove people who sign in; beside a running service too."""


@person.command()
@click.option("--email", required=True, help="The address to sign in with.")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(["owner", "manager"]), required=True)
@click.option("--store", type=int, multiple=True, metavar="N", help="A manager's; may repeat.")
@click.option("--language", type=click.Choice(["en", "ru"]))
def invite(email: str, name: str, role: str, store: tuple[int, ...], language: str | None) -> None:
    """Make an account and print the code with which its person chooses a password at /join."""
    from quart_app.app import Services
    from quart_app.people import command
    from quart_app.people.models import PersonForm

    services = Services(load(os.environ), SystemClock())
    given = {"email": email, "name": name, "role": role, "store_ids": store, "language": language}
    sent = {member: value for member, value in given.items() if value}
    _say(command.invite(services, services.wire.convert(sent, PersonForm)))


@person.command("list")
def list_() -> None:
    """Everybody who has an account."""
    from quart_app.app import Services
    from quart_app.people import command

    found = command.listed(Services(load(os.environ), SystemClock()))
    cells = [[_cell(getattr(one, name)) for name in _COLUMNS] for one in found]
    rows = [_COLUMNS, *cells]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        shown = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(shown).rstrip())


@person.command()
@click.argument("email")
def code(email: str) -> None:
    """A new code for somebody who lost theirs, or the password."""
    from quart_app.app import Services
    from quart_app.people import command

    _say(command.invite_again(Services(load(os.environ), SystemClock()), email))


@person.command()
@click.argument("email")
def remove(email: str) -> None:
    """Remove a person; they are signed out everywhere from now on."""
    from quart_app.app import Services
    from quart_app.people import command

    command.remove(Services(load(os.environ), SystemClock()), email)
    click.echo(f"{email} is removed.", err=True)


def _say(made: ShownPerson) -> None:
    click.echo(f"{made.name}, {made.role}: type this code at /join within a week.", err=True)
    click.echo(made.code)


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
