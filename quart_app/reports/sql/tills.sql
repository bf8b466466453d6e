-- A till that had nothing but voided receipts is here with them.
SELECT store_id,
       till_id,
       cashier_id,
       SUM(gross_minor) AS gross_minor,
       SUM(discount_minor) AS discount_minor,
       SUM(returns_minor) AS returns_minor,
       SUM(receipts) AS receipts,
       SUM(return_receipts) AS return_receipts,
       SUM(voids) AS voids
  FROM till_day_totals
 WHERE business_date BETWEEN :first AND :last
       AND (:store_ids IS NULL
            OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
 GROUP BY store_id,
          till_id,
          cashier_id
HAVING SUM(receipts + return_receipts + voids) > 0;
