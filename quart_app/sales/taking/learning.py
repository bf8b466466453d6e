"""What is looked up for a group of receipts before they are judged, in a few statements."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from quart_app.database.transaction import Reading
from quart_app.products.models import Priced
from quart_app.products.service import Products
from quart_app.sales.models import Known
from quart_app.sales.taking import identity_repository as identities
from quart_app.sales.taking.arrivals import Arrival, Edition
from quart_app.sales.taking.identity_repository import LastIds, Taker
from quart_app.sales.taking.named import Named
from quart_app.sales.taking.parts import Part
from quart_app.stores.models import Shop
from quart_app.stores.service import Stores
from quart_app.tills.numbers import HeardTills, TillKey
from quart_app.tills.service import Tills
from quart_app.values.instant import Instant

Sent = Part | Sequence[Arrival]
"""What waits together: a part of a batch, or receipts that are judged one by one."""


class Sources(NamedTuple):
    """Who knows what receipts name."""

    stores: Stores
    products: Products
    tills: Tills


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the receipts, and of what they name."""

    turns: list[Sent]
    """What was sent: a part as it is where all its receipts are plain and new."""
    receipts: dict[str, Known]
    keys: dict[str, Known]
    newcomers: dict[tuple[str, int], int]
    numbers: dict[TillKey, dict[int, Taker]]
    tills: HeardTills
    last_ids: LastIds
    shops: Mapping[int, Shop]
    products: Mapping[int, Priced]


async def learn(
    sent: Sequence[Sent],
    reading: Reading,
    sources: Sources,
    *,
    edition: Edition,
    now: Instant,
) -> Learned:
    """Look up everything that these receipts name."""
    ready = [
        await one.arrivals() if isinstance(one, Part) and not one.is_ready(edition, now) else one
        for one in sent
    ]
    named = Named(_arrivals(ready), [one for one in ready if isinstance(one, Part)])
    receipts, keys, newcomers, heard, last_ids = await asyncio.gather(
        identities.known_receipts(reading, named.receipt_ids),
        identities.known_keys(reading, named.keys),
        identities.newcomers(reading, named.receipt_ids),
        sources.tills.heard_of(reading, named.numbers),
        identities.last_ids(reading),
    )
    # Most numbers are new, which the till's row tells: the receipts are not asked for those.
    numbers = await identities.used_numbers(reading, heard.have_come(named.numbers))
    known = {*receipts, *(receipt_id for receipt_id, _ in newcomers)}
    turns = [
        await one.arrivals()
        if isinstance(one, Part) and not named.is_alone(one, known, numbers)
        else one
        for one in ready
    ]
    unforeseen = [one.form for one in _arrivals(turns) if one.foreseen_by(edition) is None]
    product_ids = {line.product_id for form in unforeseen for line in form.lines}
    shops, priced = await asyncio.gather(
        sources.stores.shops(reading, {form.store_id for form in unforeseen}),
        sources.products.priced(reading, product_ids),
    )
    return Learned(
        turns=turns,
        receipts=receipts,
        keys=keys,
        newcomers=newcomers,
        numbers=numbers,
        tills=heard,
        last_ids=last_ids,
        shops=shops,
        products=priced,
    )


def _arrivals(sent: Sequence[Sent]) -> list[Arrival]:
    return [arrival for one in sent if not isinstance(one, Part) for arrival in one]
