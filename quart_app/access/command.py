"""The ``key`` commands' work: on the database, or through the service that holds it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from quart_app.access.models import KeyForm, ShownKey
from quart_app.app import Services
from quart_app.asking import asked
from quart_app.database import migrating
from quart_app.database.lock import holder_of
from quart_app.errors import StorageRefused

T = TypeVar("T")


def create(services: Services, form: KeyForm) -> ShownKey:
    """Make a key, in a new database where there is none."""
    return done(
        services,
        lambda: services.keys.create(form),
        lambda ask: msgspec.json.decode(
            ask("POST", "/keys", services.wire.encode(form)), type=ShownKey
        ),
    )


def listed(services: Services) -> list[ShownKey]:
    """Every key that was ever made."""

    async def directly() -> list[ShownKey]:
        return services.keys.list()

    migrating.current(services.database.expanduser())
    return done(
        services,
        directly,
        lambda ask: msgspec.json.decode(ask("GET", "/keys", None), type=list[ShownKey]),
    )


def revoke(services: Services, key_id: int) -> None:
    """End a key at once."""

    def through(ask: Callable[[str, str, bytes | None], bytes]) -> None:
        ask("DELETE", f"/keys/{key_id}", None)

    migrating.current(services.database.expanduser())
    done(services, lambda: services.keys.revoke(key_id), through)


def done(
    services: Services,
    directly: Callable[[], Awaitable[T]],
    through: Callable[[Callable[[str, str, bytes | None], bytes]], T],
) -> T:
    """Do it on the database if nobody holds it, else ask the service that does."""

    async def opened() -> T:
        await services.open()
        try:
            return await directly()
        finally:
            await services.close()

    try:
        return asyncio.run(opened())
    except StorageRefused as error:
        holder = holder_of(services.database)
        if error.code != "database_in_use" or holder is None:
            raise
    return through(
        lambda method, path, body: asked(
            holder.url, path, holder.operator_pass, method=method, body=body
        )
    )
