-- What all products add up to in some shops: what their receipts do, which is fewer rows and the same
-- money. Quantities of several units have no sum.
SELECT 0 AS quantity_milli,
       gross_minor,
       discount_minor,
       returns_minor
  FROM store_day_totals
 WHERE business_date BETWEEN :first AND :last
       AND store_id IN (SELECT value FROM JSON_EACH(:store_ids));
