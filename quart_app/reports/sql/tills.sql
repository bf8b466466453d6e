-- Whole months are read from the totals of months; the days at either end of the period are
-- added to them or taken away. A till that had nothing but voided receipts is here with them.
WITH parts AS (
       SELECT store_id,
              till_id,
              cashier_id,
              gross_minor,
              discount_minor,
              returns_minor,
              receipts,
              return_receipts,
              voids
         FROM till_month_totals
        WHERE business_month BETWEEN :first_month AND :last_month
              AND (:store_ids IS NULL
                   OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
    UNION ALL
       SELECT store_id,
              till_id,
              cashier_id,
              :head_sign * gross_minor,
              :head_sign * discount_minor,
              :head_sign * returns_minor,
              :head_sign * receipts,
              :head_sign * return_receipts,
              :head_sign * voids
         FROM till_day_totals
        WHERE business_date BETWEEN :head_first AND :head_last
              AND (:store_ids IS NULL
                   OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
    UNION ALL
       SELECT store_id,
              till_id,
              cashier_id,
              :tail_sign * gross_minor,
              :tail_sign * discount_minor,
              :tail_sign * returns_minor,
              :tail_sign * receipts,
              :tail_sign * return_receipts,
              :tail_sign * voids
         FROM till_day_totals
        WHERE business_date BETWEEN :tail_first AND :tail_last
              AND (:store_ids IS NULL
                   OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
)
SELECT store_id,
       till_id,
       cashier_id,
       SUM(gross_minor) AS gross_minor,
       SUM(discount_minor) AS discount_minor,
       SUM(returns_minor) AS returns_minor,
       SUM(receipts) AS receipts,
       SUM(return_receipts) AS return_receipts,
       SUM(voids) AS voids
  FROM parts
 GROUP BY store_id,
          till_id,
          cashier_id
HAVING SUM(receipts) + SUM(return_receipts) + SUM(voids) > 0;
