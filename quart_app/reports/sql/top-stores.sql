-- A shop's days are added up; a shop all of whose receipts were voided did not sell.
WITH sold AS (
       SELECT store_id,
              SUM(gross_minor - discount_minor - returns_minor) AS revenue_minor,
              SUM(receipts) AS receipts
         FROM store_day_totals
        WHERE business_date BETWEEN :first AND :last
              AND (:store_ids IS NULL
                   OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
        GROUP BY store_id
       HAVING SUM(receipts + return_receipts) > 0
)
SELECT sold.store_id,
       stores.address,
       sold.revenue_minor,
       sold.receipts,
       SUM(sold.revenue_minor) OVER () AS total_revenue_minor,
       SUM(sold.receipts) OVER () AS total_receipts
  FROM sold
       INNER JOIN stores ON stores.id = sold.store_id
 ORDER BY sold.revenue_minor DESC,
          sold.store_id
 LIMIT :limit;
