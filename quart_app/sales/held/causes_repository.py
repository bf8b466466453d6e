"""Held receipts by what keeps them from being counted."""

import json
from collections.abc import Sequence

from quart_app.database.transaction import Reading
from quart_app.sales.held.causes import Cause

# A till with a wrong catalogue may leave many; those that came first tell what to mend.
LOOKED_AT = 20_000
"""Held receipts that are grouped by their causes; those behind them wait for these to be mended."""


async def causes(
    reading: Reading, store_ids: Sequence[int], limit: int, offset: int
) -> list[Cause]:
    """The causes of some stores' held receipts, or of all, that of most first.

    What the catalogue has by now is none.
    """
    rows = await reading.rows(
        """
        WITH held AS (
               SELECT id,
                      store_id,
                      received_at_us,
                      reasons,
                      lacked_store_id,
                      lacked_products
                 FROM held_sales
                WHERE status = 'held'
                      AND (:store_ids IS NULL
                           OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
                ORDER BY id
                LIMIT :looked_at
        ),
        lacks AS (
               SELECT 'unknown_store' AS code,
                      lacked_store_id AS number,
                      id,
                      store_id,
                      received_at_us
                 FROM held
                WHERE lacked_store_id NOT IN (SELECT stores.id FROM stores)
                UNION ALL
               SELECT 'unknown_product',
                      lacked.value,
                      held.id,
                      held.store_id,
                      held.received_at_us
                 FROM held
                      CROSS JOIN JSON_EACH(held.lacked_products) AS lacked
                WHERE lacked.value NOT IN (SELECT products.id FROM products)
                UNION ALL
               SELECT JSON_EXTRACT(reason.value, '$.code'),
                      NULL,
                      held.id,
                      held.store_id,
                      held.received_at_us
                 FROM held
                      CROSS JOIN JSON_EACH(held.reasons) AS reason
                WHERE JSON_EXTRACT(reason.value, '$.code')
                      NOT IN ('unknown_store', 'unknown_product')
        )
        SELECT code,
               number,
               COUNT(DISTINCT id) AS receipts,
               MIN(id),
               MIN(received_at_us),
               JSON_GROUP_ARRAY(DISTINCT store_id)
          FROM lacks
         GROUP BY code,
               number
         ORDER BY receipts DESC,
               code,
               number
         LIMIT :limit
        OFFSET :offset
        """,
        {
            "store_ids": json.dumps(list(store_ids)) if store_ids else None,
            "looked_at": LOOKED_AT,
            "limit": limit,
            "offset": offset,
        },
    )
    return [
        Cause(
            code=row[0],
            number=row[1],
            receipts=row[2],
            first_id=row[3],
            since_us=row[4],
            store_ids=tuple(sorted(json.loads(row[5]))),
        )
        for row in rows
    ]


async def are_beyond(reading: Reading, store_ids: Sequence[int]) -> bool:
    """Whether more are held than are looked at for their causes."""
    rows = await reading.rows(
        """
        SELECT id
          FROM held_sales
         WHERE status = 'held'
               AND (:store_ids IS NULL
                    OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
         ORDER BY id
         LIMIT 1
        OFFSET :looked_at
        """,
        {"store_ids": json.dumps(list(store_ids)) if store_ids else None, "looked_at": LOOKED_AT},
    )
    return bool(rows)


async def of_cause(
    reading: Reading,
    store_ids: Sequence[int],
    code: str,
    number: int | None,
    *,
    limit: int,
    after: int,
) -> list[int]:
    """The ids of the receipts that are held for a cause, those that came first first."""
    rows = await reading.rows(
        """
        SELECT id
          FROM held_sales
         WHERE status = 'held'
               AND id > :after
               AND (:store_ids IS NULL
                    OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
               AND CASE :code
                   WHEN 'unknown_store' THEN lacked_store_id = :number
                   WHEN 'unknown_product' THEN EXISTS (
                       SELECT 1
                         FROM JSON_EACH(lacked_products) AS lacked
                        WHERE lacked.value = :number)
                   ELSE EXISTS (
                       SELECT 1
                         FROM JSON_EACH(reasons) AS reason
                        WHERE JSON_EXTRACT(reason.value, '$.code') = :code)
                   END
         ORDER BY id
         LIMIT :limit
        """,
        {
            "store_ids": json.dumps(list(store_ids)) if store_ids else None,
            "code": code,
            "number": number,
            "limit": limit,
            "after": after,
        },
    )
    return [row[0] for row in rows]
