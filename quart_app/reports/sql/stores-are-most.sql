-- Whether some shops sold so much in the months of a period that less is read when all others are
-- taken from the chain, whose own totals are to be read as well.
SELECT 5 * SUM(CASE
               WHEN store_id IN (SELECT value FROM JSON_EACH(:store_ids)) THEN sale_lines
               ELSE 0 END) > 3 * SUM(sale_lines)
  FROM store_month_totals
 WHERE business_month IN (SELECT value FROM JSON_EACH(:months));
