"""The commands, thin: each reads its options, calls a service and says what came of it."""

import asyncio
import gc
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quart_app import __version__
from quart_app.clock import SystemClock
from quart_app.commands.backup import backup
from quart_app.commands.digest import digest
from quart_app.commands.doctor import doctor
from quart_app.commands.keys import key as key_commands
from quart_app.commands.person import person as person_commands
from quart_app.commands.restore import restore
from quart_app.errors import ServiceError
from quart_app.settings import Settings, load, sources

if TYPE_CHECKING:
    from quart_app.database.migrating import Manner


class _Commands(click.Group):
    """Says what went wrong in a line each, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ServiceError as error:
            places = "".join(f"\n  {fault.path}: {fault.detail}" for fault in error.faults)
            raise click.ClickException(f"{error.detail}{places}") from error
        except UnicodeError as error:
            raise click.ClickException(f"not UTF-8: {error}") from error
        except (EOFError, zlib.error) as error:
            raise click.ClickException(f"the file ends or breaks off: {error}") from error
        except OSError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands)
@click.version_option(__version__)
def main() -> None:
    """Sales reports for a retail chain."""


def _settings() -> Settings:
    return load(os.environ)


@main.command()
def serve() -> None:
    """Serve the API; a database that is not there is created."""
    # What a start makes is there to stay: serving begins to collect again.
    gc.disable()
    from quart_app.app import Services
    from quart_app.observing.log import logging_to_stderr
    from quart_app.serving import serve as run

    settings = _settings()
    services = Services(settings, SystemClock())
    with logging_to_stderr(settings.log, settings.log_format, services.clock) as log:
        services.requests.log = log
        services.requests.is_logged = settings.log in {"debug", "info"}
        has_kept_all = asyncio.run(run(settings, services, click.echo))
    if not has_kept_all:
        raise click.ClickException("the disk failed to keep what it was given; check it")


@main.command()
def config() -> None:
    """Each setting, its value and where it came from."""
    found = sources(os.environ)
    widths = [max(len(getattr(one, part)) for one in found) for part in ("name", "value", "origin")]
    for one in found:
        cells = (one.name, one.value, one.origin)
        row = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        click.echo(f"{row}  {one.meaning}")


@main.command("import")
@click.argument("kind", type=click.Choice(["stores", "products", "sales"]))
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
)
@click.option("--to", metavar="URL", help="Through the API of a running service.")
@click.option(
    "--until-now",
    is_flag=True,
    help="Move sales by whole weeks so that they reach now (for a demonstration).",
)
def import_(kind: str, file: Path, to: str | None, until_now: bool) -> None:
    """Load a CSV file (gzip allowed, - for standard input); loading it again changes nothing."""
    from quart_app import importing, sending
    from quart_app.app import Services
    from quart_app.asking import key_for

    if until_now and (kind != "sales" or to):
        raise click.UsageError("--until-now is for sales, without --to")
    settings = _settings()
    services = Services(settings, SystemClock())
    size = 0 if str(file) == "-" else file.stat().st_size
    with click.progressbar(length=size, label=f"Importing {kind}") as bar:
        if to is not None:
            done = sending.send(to, key_for(settings, to), kind, file, services.wire, bar.update)
        else:
            done = asyncio.run(
                importing.load(services, kind, file, bar.update, until_now=until_now)
            )
    click.echo(done.summary)
    for reason in done.reasons:
        click.echo(f"  {reason}", err=True)
    if done.refused:
        raise click.ClickException(f"{done.refused} refused; the others are counted")


@main.command()
@click.pass_context
def seed(context: click.Context) -> None:
    """Load the demonstration: twelve shops, two months of receipts up to now."""
    from quart_app.shipped import shipped

    for kind, name in (("stores", "stores.csv"), ("products", "products.csv")):
        context.invoke(import_, kind=kind, file=shipped("seed") / name)
    context.invoke(import_, kind="sales", file=shipped("seed") / "sales.csv.gz", until_now=True)


@main.command()
@click.option("--service", metavar="URL", help="Ask a running service, not the database.")
def check(service: str | None) -> None:
    """Does every figure add up from the receipts? Each that does not is named."""
    from quart_app.app import Services
    from quart_app.asking import key_for
    from quart_app.checking import command

    if service is not None:
        found = command.from_service(service, key_for(_settings(), service))
    else:
        services = Services(_settings(), SystemClock())
        with click.progressbar(length=1, label="Checking") as bar:

            def told(done: int, of: int) -> None:
                bar.length = max(of, 1)
                bar.update(done - bar.pos)

            found = asyncio.run(command.from_file(services, told))
    for one in found.differences:
        click.echo(f"{one.what}, {one.where}: kept {one.kept}, counted {one.counted}", err=True)
    if found.differences:
        raise click.ClickException(f"{len(found.differences)} figures do not add up")
    click.echo(f"Every figure adds up from {found.receipts:,} receipts of {found.lines:,} lines.")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", metavar="NAME")
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED, metavar="[--PARAMETER VALUE]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "xlsx"]),
    default="table",
    help="How to write it; a table by default.",
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Into a file.")
@click.option("--service", metavar="URL", help="Ask a running service, not the database.")
def report(
    name: str, parameters: tuple[str, ...], form: str, output: Path | None, service: str | None
) -> None:
    """Print a report: --month 2026-10 and the other parameters of its address."""
    from quart_app import reporting
    from quart_app.app import Services
    from quart_app.asking import key_for

    if form == "xlsx" and output is None:
        raise click.UsageError("an xlsx file is not for the terminal: name it with --output")
    given = reporting.parameters_of(parameters)
    if service is not None:
        key = key_for(_settings(), service)
        body = reporting.from_service(service, key, name, form, given)
    else:
        services = Services(_settings(), SystemClock())
        body = asyncio.run(reporting.from_file(services, name, form, given))
    if output is not None:
        output.write_bytes(body)
    else:
        click.echo(body, nl=False)


main.add_command(key_commands)
main.add_command(person_commands)


@main.group()
def migrate() -> None:
    """Bring a database of another release to this one's schema, or back."""


@migrate.command()
def upgrade() -> None:
    """Run each step the file lacks, on a copy that then takes its place."""
    from quart_app.database import migrating

    with _manner() as manner:
        kept = migrating.upgrade(_settings().database, manner)
    _say_where(kept)
    click.echo("The database is of this release.")


@migrate.command()
@click.option("--to", type=click.IntRange(min=1), required=True, help="The version to go back to.")
def downgrade(to: int) -> None:
    """Undo the steps above a version."""
    from quart_app.database import migrating

    with _manner() as manner:
        kept = migrating.downgrade(_settings().database, to, manner)
    _say_where(kept)


@contextmanager
def _manner() -> Iterator["Manner"]:
    from quart_app.checking.copies import require_sound
    from quart_app.commands.progress import progress
    from quart_app.database.migrating import Manner

    def told(step: str) -> None:
        bars.end()
        click.echo(step)

    with progress() as bars:
        yield Manner(SystemClock(), told, bars, require_sound)


def _say_where(kept: Path | None) -> None:
    if kept is not None:
        click.echo(f"The file as it was is kept as {kept}")


@migrate.command()
def history() -> None:
    """Every step, and whether the file has been through it."""
    from quart_app.database import migrating

    for version, name, done in migrating.history(_settings().database):
        click.echo(f"{version:04d} {name}{'' if done else ' (not yet)'}")


@migrate.command()
def current() -> None:
    """The version of the file's schema."""
    from quart_app.database import migrating

    click.echo(f"{migrating.current(_settings().database):04d}")


main.add_command(backup)
main.add_command(digest)
main.add_command(doctor)
main.add_command(restore)
