-- The receipts of some shops, found by the index of each shop's days, in the order they lie in: so
-- their lines are read from one end to the other.
SELECT id,
       type,
       business_date
  FROM sales
 WHERE store_id IN (SELECT id FROM shops)
       AND business_date BETWEEN :read_from AND :last
       AND voided_at_us IS NULL
 ORDER BY id;
