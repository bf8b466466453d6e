-- The products that may earn most: in each month of the period those whose rank is at
-- least that of the one at :offset. Of any other product no more than ``bound`` was sold in all
-- these months together, and so in the period.
WITH floors AS (
       SELECT month.value AS business_month,
              COALESCE((SELECT revenue_rank_minor
                          FROM product_month_totals
                         WHERE business_month = month.value
                               AND revenue_rank_minor >= 10000
                         ORDER BY revenue_rank_minor DESC
                         LIMIT 1
                        OFFSET :offset), 10000) AS lowest
         FROM JSON_EACH(:months) AS month
)
SELECT sold.product_id,
       (SELECT SUM(lowest - 1) FROM floors) AS bound
  FROM floors
       INNER JOIN product_month_totals AS sold
       ON sold.business_month = floors.business_month
          AND sold.revenue_rank_minor >= floors.lowest
          AND sold.revenue_rank_minor >= 10000
 GROUP BY sold.product_id;
