"""Every check, one after another; none writes to the database, which may be served meanwhile."""

import asyncio
from collections.abc import Callable, Iterator

from quart_app.backups.last import last_backup
from quart_app.checking.contents_repository import newest_received_at
from quart_app.clock import Clock
from quart_app.database.copying import Apart
from quart_app.database.unfinished import size_of
from quart_app.doctor import clocks, disks, files, records
from quart_app.doctor.models import Place, Verdict
from quart_app.errors import ServiceError, StorageRefused
from quart_app.settings import Settings
from quart_app.values.instant import Instant

_CHECKS: tuple[Callable[[Place], Verdict], ...] = (
    files.one_name,
    records.schema,
    files.permissions,
    disks.file_system,
    disks.room,
    disks.syncing,
    records.sqlite,
    clocks.clock,
    clocks.synchronised,
    files.memory,
    disks.backup_room,
    records.backup_age,
)


def examine(settings: Settings, clock: Clock) -> Iterator[Verdict]:
    """What each check finds; one that cannot look is bad. StorageRefused where there is no folder.

    A file is written beside the database for a moment, to measure the disk.
    """
    place = _place(settings, clock)
    for check in _CHECKS:
        try:
            yield check(place)
        except (OSError, ServiceError) as error:
            name = check.__name__.replace("_", " ")
            yield Verdict(name, "bad", f"it could not be looked at: {error}", "see to that first")


def _place(settings: Settings, clock: Clock) -> Place:
    database = settings.database.expanduser().resolve()
    if not database.parent.is_dir():
        raise StorageRefused(
            f"{database.parent} is not there: make it, mount its disk, or set SALES_DATABASE",
            code="database_missing",
        )
    is_there = database.is_file()
    return Place(
        database=database,
        size_bytes=size_of(database) if is_there else 0,
        now=clock.now(),
        newest_received_at=asyncio.run(_newest(Apart(database))) if is_there else None,
        last_backup=last_backup(database),
        backup_dir=settings.backup_dir,
        backup_every_minutes=settings.backup_every_minutes,
    )


async def _newest(database: Apart) -> Instant | None:
    try:
        async with database.read_apart() as reading:
            return await newest_received_at(reading)
    except StorageRefused:
        # The check of the schema says what is wrong with it.
        return None
