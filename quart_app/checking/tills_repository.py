"""Reads what is kept of tills' numbers, and works it out again from the receipts that are here."""

from quart_app.database.steps import Row
from quart_app.database.transaction import Reading
from quart_app.tills.numbers import TillKey
from quart_app.values.calendar import Period


async def tills_heard_of(reading: Reading, days: Period) -> set[TillKey]:
    """The tills and series that receipts of some days came from."""
    rows = await reading.rows(
        """
        SELECT DISTINCT store_id,
               till_id,
               series
          FROM sales
         WHERE business_date BETWEEN :first AND :last
         UNION
        SELECT store_id,
               till_id,
               series
          FROM held_sales
         WHERE business_date BETWEEN :first AND :last
        """,
        days._asdict(),
    )
    return {TillKey(*row) for row in rows}


async def tills_kept(reading: Reading) -> set[TillKey]:
    """The tills and series that are kept."""
    return {
        TillKey(*row) for row in await reading.rows("SELECT store_id, till_id, series FROM tills")
    }


async def numbers_kept(reading: Reading, till: TillKey) -> list[Row]:
    """A till's smallest and largest number, then each gap."""
    return await reading.rows(
        """
        SELECT first_number,
               last_number
          FROM tills
         WHERE store_id = :store_id
               AND till_id = :till_id
               AND series = :series
     UNION ALL
        SELECT first_missing,
               last_missing
          FROM till_gaps
         WHERE store_id = :store_id
               AND till_id = :till_id
               AND series = :series
        """,
        till._asdict(),
    )


async def numbers_counted(reading: Reading, till: TillKey) -> list[Row]:
    """The same from the receipts that are here, counted, held or settled."""
    return await reading.rows(
        """
        WITH here AS (
               SELECT sequence_number
                 FROM sales
                WHERE store_id = :store_id
                      AND till_id = :till_id
                      AND series = :series
                      AND sequence_number IS NOT NULL
                UNION
               SELECT sequence_number
                 FROM held_sales
                WHERE store_id = :store_id
                      AND till_id = :till_id
                      AND series = :series
                      AND sequence_number IS NOT NULL
        ),
        numbered AS (
               SELECT sequence_number,
                      LAG(sequence_number) OVER (ORDER BY sequence_number) AS number_before
                 FROM here
        )
        SELECT MIN(sequence_number),
               MAX(sequence_number)
          FROM here
     UNION ALL
        SELECT number_before + 1,
               sequence_number - 1
          FROM numbered
         WHERE sequence_number > number_before + 1
        """,
        till._asdict(),
    )
