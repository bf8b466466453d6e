"""The ``digest`` command."""

import os

import click


@click.command()
@click.option("--print", "is_printed", is_flag=True, help="Show it here.")
@click.option("--send-test", "address", metavar="ADDRESS", help="Send it to an address, now.")
@click.option("--day", metavar="DATE", help="Another day than yesterday, such as 2026-10-31.")
@click.option("--language", type=click.Choice(["en", "ru"]))
@click.option("--store", "store_id", type=int, metavar="N", help="Of one store.")
def digest(is_printed: bool, address: str | None, **given: object) -> None:
    """Show the daily digest or send it as a test; beside a running service too."""
    if is_printed == (address is not None):
        raise click.UsageError("give --print, or --send-test ADDRESS")

    from quart_app.app import Services
    from quart_app.clock import SystemClock
    from quart_app.digest import command
    from quart_app.settings import load

    services = Services(load(os.environ), SystemClock())
    named = {name: str(value) for name, value in given.items() if value is not None}
    found = command.written(services, named)
    if address is None:
        click.echo(f"{found.subject}\n\n{found.text}", nl=False)
        return
    command.send_test(services, found, address)
    click.echo(f"The digest of {found.day} was sent to {address}.", err=True)
