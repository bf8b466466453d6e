"""What tells a receipt from every other: its id, its idempotency key, its till's number for it.

Held receipts have theirs as counted ones do, so that it makes no difference to what came second
when the catalogue was completed.
"""

import json
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import msgspec

from quart_app.database.transaction import Reading
from quart_app.errors import Fault
from quart_app.sales.models import Known
from quart_app.tills.numbers import TillKey, TillNumbers

_reasons = msgspec.json.Decoder(tuple[Fault, ...])


class Taker(NamedTuple):
    """The receipt that has a till's number, by seniority: 0 is counted, else its held id."""

    seniority: int
    receipt_id: str


class LastIds(NamedTuple):
    """The newest ids, 0 before the first."""

    sale_id: int
    held_id: int


async def last_ids(reading: Reading) -> LastIds:
    """The ids that new sales and new held receipts follow."""
    row = await reading.row(
        """
        SELECT (SELECT COALESCE(MAX(id), 0) FROM sales),
               (SELECT COALESCE(MAX(id), 0) FROM held_sales)
        """
    )
    assert row is not None
    return LastIds(*row)


async def known_receipts(reading: Reading, receipt_ids: Iterable[str]) -> dict[str, Known]:
    """What is remembered of those receipts that are here, counted or held."""
    rows = await reading.packed(
        ("id", "receipt_id", "fingerprint", "held_id", "reasons"),
        """
        SELECT id,
               receipt_id,
               fingerprint,
               NULL AS held_id,
               NULL AS reasons
          FROM sales
         WHERE receipt_id IN (SELECT value FROM JSON_EACH(:receipt_ids))
     UNION ALL
        SELECT NULL,
               receipt_id,
               fingerprint,
               id,
               reasons
          FROM held_sales
         WHERE receipt_id IN (SELECT value FROM JSON_EACH(:receipt_ids))
               AND status = 'held'
               AND is_newcomer = 0
        """,
        {"receipt_ids": json.dumps(list(receipt_ids))},
    )
    return {row[1]: _known(row) for row in rows}


async def newcomers(reading: Reading, receipt_ids: Iterable[str]) -> dict[tuple[str, int], int]:
    """The held ones that could not have those identities when they came: by content, their id."""
    rows = await reading.rows(
        """
        SELECT receipt_id,
               fingerprint,
               id
          FROM held_sales
         WHERE receipt_id IN (SELECT value FROM JSON_EACH(:receipt_ids))
               AND status = 'held'
               AND is_newcomer = 1
        """,
        {"receipt_ids": json.dumps(list(receipt_ids))},
    )
    return {(row[0], row[1]): row[2] for row in rows}


async def known_keys(reading: Reading, keys: Collection[str]) -> dict[str, Known]:
    """The receipts that came with those idempotency keys."""
    if not keys:
        return {}
    rows = await reading.rows(
        """
        SELECT sales.id,
               sales.receipt_id,
               sales.fingerprint,
               NULL AS held_id,
               NULL AS reasons,
               idempotency_keys.key
          FROM idempotency_keys
               INNER JOIN sales ON sales.id = idempotency_keys.sale_id
         WHERE idempotency_keys.key IN (SELECT value FROM JSON_EACH(:keys))
     UNION ALL
        SELECT NULL,
               receipt_id,
               fingerprint,
               id,
               reasons,
               idempotency_key
          FROM held_sales
         WHERE idempotency_key IN (SELECT value FROM JSON_EACH(:keys))
               AND idempotency_key IS NOT NULL
               AND status = 'held'
               AND is_newcomer = 0
     UNION ALL
        SELECT NULL,
               held_sales.receipt_id,
               held_sales.fingerprint,
               held_sales.id,
               held_sales.reasons,
               held_keys.key
          FROM held_keys
               INNER JOIN held_sales ON held_sales.id = held_keys.held_id
         WHERE held_keys.key IN (SELECT value FROM JSON_EACH(:keys))
               AND held_sales.status = 'held'
        """,
        {"keys": json.dumps(list(keys))},
    )
    return {row[5]: _known(row[:5]) for row in rows}


async def used_numbers(reading: Reading, numbers: TillNumbers) -> dict[TillKey, dict[int, Taker]]:
    """Which receipts have those of the tills' numbers that are used, the most senior of each."""
    if not numbers:
        return {}
    rows = await reading.rows(
        """
        SELECT held_sales.store_id,
               held_sales.till_id,
               held_sales.series,
               held_sales.sequence_number,
               held_sales.receipt_id,
               held_sales.id AS seniority
          FROM JSON_EACH(:numbers) AS asked
               INNER JOIN held_sales
                  ON held_sales.store_id = JSON_EXTRACT(asked.value, '$[0]')
                     AND held_sales.till_id = JSON_EXTRACT(asked.value, '$[1]')
                     AND held_sales.series = JSON_EXTRACT(asked.value, '$[2]')
                     AND held_sales.sequence_number = JSON_EXTRACT(asked.value, '$[3]')
                     AND held_sales.sequence_number IS NOT NULL
                     AND held_sales.status = 'held'
                     AND held_sales.is_newcomer = 0
     UNION ALL
        SELECT sales.store_id,
               sales.till_id,
               sales.series,
               sales.sequence_number,
               sales.receipt_id,
               0
          FROM JSON_EACH(:numbers) AS asked
               INNER JOIN sales
                  ON sales.store_id = JSON_EXTRACT(asked.value, '$[0]')
                     AND sales.till_id = JSON_EXTRACT(asked.value, '$[1]')
                     AND sales.series = JSON_EXTRACT(asked.value, '$[2]')
                     AND sales.sequence_number = JSON_EXTRACT(asked.value, '$[3]')
         ORDER BY seniority DESC
        """,
        {"numbers": json.dumps([(*till, one) for till, some in numbers.items() for one in some])},
    )
    used: dict[TillKey, dict[int, Taker]] = {}
    for row in rows:
        used.setdefault(TillKey(*row[:3]), {})[row[3]] = Taker(row[5], row[4])
    return used


def _known(row: tuple[Any, ...]) -> Known:
    sale_id, receipt_id, fingerprint, held_id, reasons = row
    faults = () if reasons is None else _reasons.decode(reasons)
    return Known(sale_id, receipt_id, fingerprint, held_id, faults)
