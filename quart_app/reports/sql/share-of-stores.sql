-- How many of a hundred lines some shops sold in the months of a period; NULL where nobody sold any.
SELECT 100 * SUM(CASE
                 WHEN store_id IN (SELECT value FROM JSON_EACH(:store_ids)) THEN sale_lines
                 ELSE 0 END) / NULLIF(SUM(sale_lines), 0)
  FROM store_month_totals
 WHERE business_month IN (SELECT value FROM JSON_EACH(:months));
