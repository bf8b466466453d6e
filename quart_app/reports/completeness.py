"""What a period's figures lack: receipts that are held or never came, and tills that are silent."""

import json
from collections import defaultdict
from collections.abc import Iterable

from quart_app.database.transaction import Reading
from quart_app.reports.models import Lacking, SilentTill
from quart_app.reports.repository import text_of
from quart_app.values.calendar import Day, Period
from quart_app.values.instant import Instant


def lacking_values(todays: dict[str, int], now: Instant) -> dict[str, object]:
    """What ``lacking.sql`` asks for: the present business date by time zone, and the time."""
    return {
        "todays": json.dumps(todays),
        "latest_today": max(todays.values(), default=-1),
        "now_us": int(now),
    }


async def lacking_by_store(
    reading: Reading,
    period: Period,
    store_ids: tuple[int, ...],
    todays: dict[str, int],
    now: Instant,
) -> dict[int, Lacking]:
    """What each store's figures of a period lack; a store whose lack nothing is left out.

    ``todays`` is the present business date by time zone.
    """
    rows = await reading.rows(
        text_of("lacking"),
        {
            **period._asdict(),
            "store_ids": json.dumps(store_ids) if store_ids else None,
            **lacking_values(todays, now),
        },
    )
    stores: dict[int, Lacking] = defaultdict(Lacking)
    silent: dict[tuple[int, str], list[str]] = defaultdict(list)
    for what, store_id, till_id, value in sorted(rows):
        if what == "held":
            stores[store_id].held = value
        elif what == "missing":
            stores[store_id].missing_receipts = value
        else:
            silent[store_id, till_id].append(str(Day(value)))
    for (store_id, till_id), days in silent.items():
        stores[store_id].silent_tills.append(SilentTill(store_id, till_id, tuple(days)))
    return stores


def in_all(stores: Iterable[Lacking]) -> Lacking:
    """What they lack together."""
    whole = Lacking()
    for one in stores:
        whole.held += one.held
        whole.missing_receipts += one.missing_receipts
        whole.silent_tills += one.silent_tills
    return whole
