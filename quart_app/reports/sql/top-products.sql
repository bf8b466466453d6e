-- Whole months are read from the totals of months; the days at either end of the period are
-- added to them or taken away, whichever are fewer.
WITH parts AS (
       SELECT product_id,
              quantity_milli,
              gross_minor - discount_minor - returns_minor AS revenue_minor,
              lines
         FROM product_month_totals
        WHERE business_month BETWEEN :first_month AND :last_month
    UNION ALL
       SELECT product_id,
              :head_sign * quantity_milli,
              :head_sign * (gross_minor - discount_minor - returns_minor),
              :head_sign * lines
         FROM product_day_totals
        WHERE business_date BETWEEN :head_first AND :head_last
    UNION ALL
       SELECT product_id,
              :tail_sign * quantity_milli,
              :tail_sign * (gross_minor - discount_minor - returns_minor),
              :tail_sign * lines
         FROM product_day_totals
        WHERE business_date BETWEEN :tail_first AND :tail_last
),
sold AS (
       SELECT product_id,
              SUM(quantity_milli) AS quantity_milli,
              SUM(revenue_minor) AS revenue_minor
         FROM parts
        GROUP BY product_id
       HAVING SUM(lines) > 0
)
SELECT sold.product_id,
       products.name,
       sold.quantity_milli,
       products.unit,
       sold.revenue_minor,
       SUM(sold.quantity_milli) OVER () AS total_quantity_milli,
       SUM(sold.revenue_minor) OVER () AS total_revenue_minor
  FROM sold
       INNER JOIN products ON products.id = sold.product_id
 WHERE (:unit IS NULL OR products.unit = :unit)
 ORDER BY CASE :by WHEN 'quantity' THEN sold.quantity_milli ELSE sold.revenue_minor END DESC,
          sold.product_id
 LIMIT :limit;
