"""The ``check`` command's work: on the database, or through a running service."""

import msgspec

from quart_app.app import Services
from quart_app.asking import asked
from quart_app.checking.models import Findings
from quart_app.checking.service import Progress
from quart_app.database import migrating


async def from_file(services: Services, told: Progress) -> Findings:
    """Check the database, which no service may hold meanwhile; StorageRefused."""
    # A database that is not there is not made by asking.
    migrating.current(services.database.expanduser())
    await services.open()
    try:
        return await services.checking.check(told)
    finally:
        await services.close()


def from_service(url: str, key: str) -> Findings:
    """The same from a running service; ServiceError."""
    return msgspec.json.decode(asked(url, "/check", key), type=Findings)
