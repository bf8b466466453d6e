-- Hours are kept for the whole chain; for some of its shops their receipts are added up.
WITH receipts AS (
       SELECT (occurred_at_us + utc_offset_s * 1000000) / 3600000000 AS local_hour,
              type,
              gross_minor,
              discount_minor,
              amount_minor
         FROM sales
        WHERE store_id IN (SELECT id FROM shops)
              AND business_date BETWEEN :first AND :last
              AND voided_at_us IS NULL
)
SELECT (local_hour / 24 + 3) % 7 + 1 AS weekday,
       local_hour % 24 AS hour,
       SUM(CASE type WHEN 'sale' THEN gross_minor ELSE 0 END) AS gross_minor,
       SUM(CASE type WHEN 'sale' THEN discount_minor ELSE 0 END) AS discount_minor,
       SUM(CASE type WHEN 'sale' THEN 0 ELSE amount_minor END) AS returns_minor,
       SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END) AS receipts,
       COUNT(*) AS counted
  FROM receipts
 GROUP BY 1,
          2;
