"""Whether a copy of the database is whole and adds up, before anybody relies on it."""

import asyncio
from pathlib import Path

import msgspec

from quart_app.checking import contents_repository
from quart_app.checking.service import Checking, Progress
from quart_app.checking.totals_repository import broken_pages
from quart_app.database import schema
from quart_app.database.copying import Apart
from quart_app.errors import Fault, StorageRefused
from quart_app.values.instant import Instant
from quart_app.values.money import Currency

_NAMED = 20


class Contents(msgspec.Struct, frozen=True):
    """What a sound copy holds."""

    schema: int
    currency: str
    receipts: int
    newest_received_at: Instant | None
    is_current: bool
    """Of this release's schema, so that every figure was worked out again too."""


def require_sound(copy: Path, told: Progress = lambda *_: None) -> Contents:
    """StorageRefused unless every page and every figure of a copy is right.

    Figures are those of this release: of an older file only the pages and keys are looked at.
    """
    version = schema.version_of(copy)
    currency = schema.currency_of(copy)
    return asyncio.run(_examined(Apart(copy), version, currency, told))


async def _examined(copy: Apart, version: int, currency: str, told: Progress) -> Contents:
    is_current = version == schema.CURRENT_VERSION
    async with copy.read_apart() as reading:
        receipts = await contents_repository.receipts(reading)
        newest = await contents_repository.newest_received_at(reading)
        broken = [] if is_current else await broken_pages(reading)
    faults = [Fault("the file", "damaged", text) for text in broken]
    if is_current:
        findings = await Checking(copy, Currency(currency)).check(told)
        faults = [
            Fault(f"{one.what}, {one.where}", "differs", f"kept {one.kept}, counted {one.counted}")
            for one in findings.differences
        ]
    if faults:
        raise StorageRefused(
            f"{len(faults)} things in it are not right, first:",
            code="database_damaged",
            faults=faults[:_NAMED],
        )
    return Contents(version, currency, receipts, newest, is_current)
