"""Who comes next when a held receipt is given up."""

from quart_app.database.transaction import Reading


async def rivals(reading: Reading, held_id: int) -> list[int]:
    """The held receipts that want the id, a key or the number of one that is held no more."""
    rows = await reading.rows(
        """
        WITH gone AS (
               SELECT receipt_id,
                      idempotency_key,
                      store_id,
                      till_id,
                      series,
                      sequence_number
                 FROM held_sales
                WHERE id = :id
        )
        SELECT rival.id
          FROM gone
               CROSS JOIN held_sales AS rival USING (receipt_id)
         WHERE rival.status = 'held'
         UNION
        SELECT rival.id
          FROM gone
               CROSS JOIN held_sales AS rival USING (idempotency_key)
         WHERE rival.status = 'held'
         UNION
        SELECT rival.id
          FROM held_keys
               CROSS JOIN held_sales AS rival ON rival.idempotency_key = held_keys.key
         WHERE held_keys.held_id = :id
               AND rival.status = 'held'
         UNION
        SELECT rival.id
          FROM gone
               CROSS JOIN held_sales AS rival
                    USING (store_id, till_id, series, sequence_number)
         WHERE rival.status = 'held'
               AND rival.is_newcomer = 0
               AND rival.sequence_number IS NOT NULL
         ORDER BY 1
        """,
        {"id": held_id},
    )
    return [row[0] for row in rows]
