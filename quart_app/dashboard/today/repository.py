"""What the owner's page asks of the file beside the reports."""

import json

from quart_app.dashboard.today.models import Beginnings, HeldReason
from quart_app.database.transaction import Reading

# A till with a wrong catalogue may leave thousands; the first of them tell why.
REASONS_OF = 1_000


async def beginnings(reading: Reading) -> Beginnings:
    """Which of the things that a first report needs are there."""
    row = await reading.row(
        """
        SELECT EXISTS (SELECT 1 FROM stores),
               EXISTS (SELECT 1 FROM products),
               (SELECT MAX(id) FROM sales) IS NOT NULL,
               EXISTS (SELECT 1 FROM held_sales)
        """
    )
    assert row is not None
    return Beginnings(*map(bool, row))


async def held_count(reading: Reading, store_ids: tuple[int, ...] | None) -> int:
    """How many receipts are held, of whatever day."""
    row = await reading.row(
        """
        SELECT COUNT(*)
          FROM held_sales
         WHERE status = 'held'
               AND (:store_ids IS NULL
                    OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
        """,
        {"store_ids": None if store_ids is None else json.dumps(store_ids)},
    )
    assert row is not None
    return int(row[0])


async def held_reasons(reading: Reading, store_ids: tuple[int, ...] | None) -> list[HeldReason]:
    """Why receipts are held, the reason of most first; of the thousand that came first."""
    rows = await reading.rows(
        """
        WITH held AS (
               SELECT id,
                      reasons
                 FROM held_sales
                WHERE status = 'held'
                      AND (:store_ids IS NULL
                           OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
                LIMIT :looked_at
        )
        SELECT JSON_EXTRACT(reason.value, '$.code'),
               COUNT(DISTINCT held.id)
          FROM held
               CROSS JOIN JSON_EACH(held.reasons) AS reason
         GROUP BY 1
         ORDER BY 2 DESC,
                  1
        """,
        {
            "store_ids": None if store_ids is None else json.dumps(store_ids),
            "looked_at": REASONS_OF,
        },
    )
    return [HeldReason(code, count) for code, count in rows]


async def last_day_before(
    reading: Reading, day: int, store_ids: tuple[int, ...] | None
) -> int | None:
    """The last day before one on which anything was sold."""
    row = await reading.row(
        """
        SELECT business_date
          FROM store_day_totals
         WHERE business_date < :day
               AND receipts > 0
               AND (:store_ids IS NULL
                    OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
         ORDER BY business_date DESC
         LIMIT 1
        """,
        {"day": day, "store_ids": None if store_ids is None else json.dumps(store_ids)},
    )
    return None if row is None else int(row[0])
