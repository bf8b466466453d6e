"""What a period's figures lack: receipts that are held or never came, and tills that are silent."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from quart_app.database.transaction import Reading
from quart_app.reports.models import Lacking, SilentTill
from quart_app.reports.sources_repository import text_of
from quart_app.values.calendar import Day, Period
from quart_app.values.instant import Instant


def lacking_values(todays: dict[str, int], now: Instant) -> dict[str, object]:
    """What ``lacking.sql`` asks for: the present business date by time zone, and the time."""
    return {
        "todays": json.dumps(todays),
        "earliest_today": min(todays.values(), default=-1),
        "latest_today": max(todays.values(), default=-1),
        "now_us": int(now),
    }


async def lacking_in(
    reading: Reading, period: Period, todays: dict[str, int], now: Instant
) -> Lacking:
    """What the whole chain's figures of a period lack."""
    values = {**period._asdict(), "store_ids": None, **lacking_values(todays, now)}
    return completeness_of(await reading.rows(text_of("lacking"), values))


def completeness_of(lacking: Iterable[tuple[Any, ...]]) -> Lacking:
    """The rows of ``lacking.sql`` added up over their stores; silent tills by store and name."""
    whole = Lacking()
    silent: dict[tuple[int, str], list[int]] = defaultdict(list)
    for what, store_id, till_id, value in lacking:
        if what == "silent":
            silent[store_id, till_id].append(value)
        elif what == "held":
            whole.held += value
        else:
            whole.missing_receipts += value
    dates = {day: str(Day(day)) for day in {day for days in silent.values() for day in days}}
    for (store_id, till_id), days in sorted(silent.items()):
        named = tuple(dates[day] for day in sorted(days))
        whole.silent_tills.append(SilentTill(store_id, till_id, named))
    return whole
