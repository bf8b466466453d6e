"""The tables of tills: the last word of each, and the numbers that never came."""

import json
from collections.abc import Collection
from itertools import groupby

from quart_app.database.inserting import inserting
from quart_app.database.steps import Row, Statement
from quart_app.database.transaction import Reading
from quart_app.tills.models import Ack, MissingRange, Till
from quart_app.tills.numbers import Gap, HeardTills, Numbers, TillKey, TillNumbers

_DAY_US = 86_400_000_000
_TILLS = f"""
    INSERT INTO tills (
           store_id, till_id, series, last_receipt_id, last_occurred_at_us,
           last_received_at_us, clock_skew_us, first_number, first_number_date, last_number,
           last_number_date)
    VALUES :rows
        ON CONFLICT (store_id, till_id, series)
        DO UPDATE
       SET last_receipt_id = excluded.last_receipt_id,
           last_occurred_at_us = excluded.last_occurred_at_us,
           last_received_at_us = excluded.last_received_at_us,
           clock_skew_us = CASE
               WHEN excluded.last_received_at_us / {_DAY_US} > last_received_at_us / {_DAY_US}
               THEN excluded.clock_skew_us
               ELSE MAX(clock_skew_us, excluded.clock_skew_us) END,
           first_number = COALESCE(excluded.first_number, first_number),
           first_number_date = COALESCE(excluded.first_number_date, first_number_date),
           last_number = COALESCE(excluded.last_number, last_number),
           last_number_date = COALESCE(excluded.last_number_date, last_number_date)
"""
_CLOSED = """
    DELETE FROM till_gaps
     WHERE id IN (SELECT value FROM JSON_EACH(:ids))
"""
_OPENED = """
    INSERT INTO till_gaps (
           store_id, till_id, series, first_missing, last_missing, date_before, date_after)
    VALUES :rows
        ON CONFLICT (store_id, till_id, series, first_missing)
        DO UPDATE
       SET last_missing = excluded.last_missing,
           date_before = excluded.date_before,
           date_after = excluded.date_after
"""
# For held receipts; those that are counted do the same by a trigger on the till's day.
_DAYS = """
    INSERT INTO till_days (business_date, store_id, till_id, heard, weeks)
    SELECT JSON_EXTRACT(heard.value, '$[0]') + 7 * week.value,
           JSON_EXTRACT(heard.value, '$[1]'),
           JSON_EXTRACT(heard.value, '$[2]'),
           week.value = 0,
           CASE week.value WHEN 0 THEN 0 ELSE 1 << (week.value - 1) END
      FROM JSON_EACH(:days) AS heard
           CROSS JOIN JSON_EACH('[0, 1, 2, 3, 4]') AS week
     WHERE NOT EXISTS (
               SELECT 1
                 FROM till_days
                WHERE business_date = JSON_EXTRACT(heard.value, '$[0]')
                      AND store_id = JSON_EXTRACT(heard.value, '$[1]')
                      AND till_id = JSON_EXTRACT(heard.value, '$[2]')
                      AND till_days.heard = 1)
        ON CONFLICT (business_date, store_id, till_id)
        DO UPDATE
       SET heard = MAX(heard, excluded.heard),
           weeks = weeks | excluded.weeks
"""


async def known_numbers(reading: Reading, numbers: TillNumbers) -> dict[TillKey, Numbers]:
    """What is known of these tills' numbers, with the gaps that these may close."""
    if not numbers:
        return {}
    ranges = [(*till, min(some), max(some)) for till, some in numbers.items()]
    rows = await reading.rows(
        """
        SELECT tills.store_id,
               tills.till_id,
               tills.series,
               tills.first_number,
               tills.first_number_date,
               tills.last_number,
               tills.last_number_date,
               till_gaps.first_missing,
               till_gaps.last_missing,
               till_gaps.date_before,
               till_gaps.date_after,
               till_gaps.id
          FROM JSON_EACH(:ranges) AS asked
               INNER JOIN tills
                  ON tills.store_id = JSON_EXTRACT(asked.value, '$[0]')
                     AND tills.till_id = JSON_EXTRACT(asked.value, '$[1]')
                     AND tills.series = JSON_EXTRACT(asked.value, '$[2]')
               LEFT JOIN till_gaps
                  ON till_gaps.store_id = tills.store_id
                     AND till_gaps.till_id = tills.till_id
                     AND till_gaps.series = tills.series
                     AND till_gaps.first_missing <= JSON_EXTRACT(asked.value, '$[4]')
                     AND till_gaps.last_missing >= JSON_EXTRACT(asked.value, '$[3]')
        """,
        {"ranges": json.dumps(ranges)},
    )
    known: dict[TillKey, Numbers] = {}
    for row in rows:
        found = known.setdefault(TillKey(*row[:3]), Numbers(*row[3:7]))
        if row[7] is not None:
            found.gaps[row[7]] = Gap(*row[7:11])
            found.gap_ids[row[7]] = row[11]
    return known


def hearing(tills: HeardTills) -> list[Statement]:
    """What writes down the tills that were heard of, and the gaps that closed or opened."""
    nothing = Numbers()
    rows = []
    for till, word in tills.last_words.items():
        numbers = tills.numbers.get(till, nothing)
        rows.append(
            (
                *till,
                word.receipt_id,
                word.occurred_at_us,
                word.received_at_us,
                word.clock_skew_us,
                numbers.first,
                numbers.first_date,
                numbers.last,
                numbers.last_date,
            )
        )
    statements = list(inserting(_TILLS, rows))
    if closed := tills.closed():
        statements.append((_CLOSED, {"ids": json.dumps(closed)}))
    if tills.days:
        statements.append((_DAYS, {"days": json.dumps(sorted(tills.days))}))
    statements += inserting(_OPENED, [(*till, *gap) for till, gap in tills.opened()])
    return statements


async def acks(reading: Reading, tills: Collection[TillKey]) -> list[Ack]:
    """How far the numbers of these tills are here without a gap."""
    rows = await reading.rows(
        """
        SELECT tills.store_id,
               tills.till_id,
               tills.series,
               tills.first_number,
               COALESCE(
                   (SELECT MIN(till_gaps.first_missing) - 1
                      FROM till_gaps
                     WHERE till_gaps.store_id = tills.store_id
                           AND till_gaps.till_id = tills.till_id
                           AND till_gaps.series = tills.series),
                   tills.last_number)
          FROM JSON_EACH(:tills) AS asked
               INNER JOIN tills
                  ON tills.store_id = JSON_EXTRACT(asked.value, '$[0]')
                     AND tills.till_id = JSON_EXTRACT(asked.value, '$[1]')
                     AND tills.series = JSON_EXTRACT(asked.value, '$[2]')
         WHERE tills.first_number IS NOT NULL
         ORDER BY tills.store_id,
                  tills.till_id,
                  tills.series
        """,
        {"tills": json.dumps(list(tills))},
    )
    return [Ack(*row) for row in rows]


async def select(reading: Reading, store_ids: Collection[int], till_id: str | None) -> list[Till]:
    """The tills of some stores, or of all, in the order of their stores."""
    rows = await reading.rows(
        """
        SELECT tills.store_id,
               tills.till_id,
               tills.series,
               tills.last_receipt_id,
               tills.last_occurred_at_us,
               tills.last_received_at_us,
               tills.clock_skew_us,
               tills.first_number,
               tills.last_number,
               till_gaps.first_missing,
               till_gaps.last_missing
          FROM tills
               LEFT JOIN till_gaps
                  ON till_gaps.store_id = tills.store_id
                     AND till_gaps.till_id = tills.till_id
                     AND till_gaps.series = tills.series
         WHERE (:store_ids IS NULL
                OR tills.store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
               AND (:till_id IS NULL OR tills.till_id = :till_id)
         ORDER BY tills.store_id,
                  tills.till_id,
                  tills.series,
                  till_gaps.first_missing
        """,
        {"store_ids": json.dumps(list(store_ids)) if store_ids else None, "till_id": till_id},
    )
    return [_till(list(same)) for _, same in groupby(rows, key=lambda row: row[:3])]


def _till(rows: list[Row]) -> Till:
    row = rows[0]
    missing = tuple(MissingRange(*one[9:]) for one in rows if one[9] is not None)
    return Till(
        store_id=row[0],
        till_id=row[1],
        series=row[2],
        last_receipt_id=row[3],
        last_occurred_at_us=row[4],
        last_received_at_us=row[5],
        clock_skew_us=row[6],
        ack_from=row[7],
        ack_through=missing[0].first - 1 if missing else row[8],
        missing=missing,
    )
