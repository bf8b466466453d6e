-- A product sold in a month that is wholly within :idle_first to :last is not idle. For the others
-- the last day is looked up: in the month of the period's end, day by day where it goes on after
-- that end, then in the months before.
WITH inside AS MATERIALIZED (
       SELECT value AS business_month
         FROM JSON_EACH(:inner_months)
),
others AS (
       SELECT id,
              name,
              COALESCE(category, '') AS category,
              COALESCE(
                  (SELECT CASE
                          WHEN ending.last_sold_on <= :last THEN ending.last_sold_on
                          WHEN ending.last_sold_on > :last THEN
                              (SELECT MAX(day.business_date)
                                 FROM JSON_EACH(:last_days) AS one
                                      CROSS JOIN product_day_totals AS day
                                WHERE day.business_date = one.value
                                      AND day.product_id = products.id
                                      AND day.quantity_milli + day.returned_milli > 0)
                          END
                     FROM product_month_totals AS ending
                    WHERE ending.business_month = :last_month
                          AND ending.product_id = products.id),
                  (SELECT before.last_sold_on
                     FROM product_month_totals AS before
                    WHERE before.product_id = products.id
                          AND before.business_month < :last_month
                          AND before.last_sold_on IS NOT NULL
                    ORDER BY before.business_month DESC
                    LIMIT 1)) AS last_sold_on
         FROM products
        WHERE archived = 0
              AND NOT EXISTS (SELECT 1
                                FROM inside
                                     CROSS JOIN product_month_totals AS sold
                               WHERE sold.business_month = inside.business_month
                                     AND sold.product_id = products.id
                                     AND sold.last_sold_on IS NOT NULL)
)
SELECT id,
       name,
       category,
       last_sold_on,
       :last - last_sold_on AS days_idle
  FROM others
 WHERE last_sold_on IS NULL
       OR last_sold_on < :idle_first;
