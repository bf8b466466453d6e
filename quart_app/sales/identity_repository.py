"""What tells a receipt from every other: its id, its idempotency key, its till's number for it."""

import json
from collections.abc import Collection, Iterable
from typing import NamedTuple

from quart_app.database.transaction import Reading
from quart_app.sales.models import Known


class TillNumber(NamedTuple):
    """A till's own number for a receipt, used once."""

    store_id: int
    till_id: str
    series: str
    sequence_number: int


async def known_receipts(reading: Reading, receipt_ids: Iterable[str]) -> dict[str, Known]:
    """What is remembered of those receipts that there are."""
    rows = await reading.packed(
        ("id", "receipt_id", "fingerprint"),
        """
        SELECT id,
               receipt_id,
               fingerprint
          FROM sales
         WHERE receipt_id IN (SELECT value FROM JSON_EACH(:receipt_ids))
        """,
        {"receipt_ids": json.dumps(list(receipt_ids))},
    )
    return {row[1]: Known(*row) for row in rows}


async def known_keys(reading: Reading, keys: Collection[str]) -> dict[str, Known]:
    """The sales that came with those idempotency keys."""
    if not keys:
        return {}
    rows = await reading.rows(
        """
        SELECT idempotency_keys.key,
               sales.id,
               sales.receipt_id,
               sales.fingerprint
          FROM idempotency_keys
               INNER JOIN sales ON sales.id = idempotency_keys.sale_id
         WHERE idempotency_keys.key IN (SELECT value FROM JSON_EACH(:keys))
        """,
        {"keys": json.dumps(list(keys))},
    )
    return {row[0]: Known(*row[1:]) for row in rows}


async def used_numbers(reading: Reading, numbers: Collection[TillNumber]) -> dict[TillNumber, str]:
    """Which receipts have those of the tills' numbers that are used."""
    if not numbers:
        return {}
    rows = await reading.rows(
        """
        SELECT sales.store_id,
               sales.till_id,
               sales.series,
               sales.sequence_number,
               sales.receipt_id
          FROM JSON_EACH(:numbers) AS asked
               INNER JOIN sales
                  ON sales.store_id = JSON_EXTRACT(asked.value, '$[0]')
                     AND sales.till_id = JSON_EXTRACT(asked.value, '$[1]')
                     AND sales.series = JSON_EXTRACT(asked.value, '$[2]')
                     AND sales.sequence_number = JSON_EXTRACT(asked.value, '$[3]')
        """,
        {"numbers": json.dumps(list(numbers))},
    )
    return {TillNumber(*row[:4]): row[4] for row in rows}
