-- The same of many shops: by the index of days, which is nearly the order they lie in. The plus
-- keeps the other index out.
SELECT id,
       type,
       business_date
  FROM sales
 WHERE +store_id IN (SELECT id FROM shops)
       AND business_date BETWEEN :read_from AND :last
       AND voided_at_us IS NULL;
