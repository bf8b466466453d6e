-- What all products of a unit, or of any, add up to.
SELECT quantity_milli,
       gross_minor,
       discount_minor,
       returns_minor
  FROM category_day_totals
 WHERE business_date BETWEEN :first AND :last
       AND (:unit IS NULL OR unit = :unit);
