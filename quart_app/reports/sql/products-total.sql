-- What all products of a unit add up to; of any unit, what all receipts do, which is fewer rows and
-- the same money. Quantities of several units have no sum.
SELECT quantity_milli,
       gross_minor,
       discount_minor,
       returns_minor
  FROM category_day_totals
 WHERE :unit IS NOT NULL
       AND business_date BETWEEN :first AND :last
       AND unit = :unit
UNION ALL
SELECT 0,
       gross_minor,
       discount_minor,
       returns_minor
  FROM hour_totals
 WHERE :unit IS NULL
       AND business_date BETWEEN :first AND :last;
