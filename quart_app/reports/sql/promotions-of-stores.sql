-- Codes are kept for the whole chain; for some of its shops their receipts are added up.
SELECT promo_code,
       SUM(CASE type WHEN 'sale' THEN gross_minor ELSE 0 END) AS gross_minor,
       SUM(CASE type WHEN 'sale' THEN discount_minor ELSE 0 END) AS discount_minor,
       SUM(CASE type WHEN 'sale' THEN 0 ELSE amount_minor END) AS returns_minor,
       SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END) AS receipts,
       COUNT(*) AS counted
  FROM sales
 WHERE store_id IN (SELECT id FROM shops)
       AND business_date BETWEEN :first AND :last
       AND voided_at_us IS NULL
       AND promo_code IS NOT NULL
 GROUP BY promo_code;
