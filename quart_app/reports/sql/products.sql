-- Whole months are read from the totals of months; the days at either end of the period are
-- added to them or taken away, whichever are fewer.
WITH parts AS (
       SELECT product_id,
              quantity_milli,
              gross_minor,
              discount_minor,
              returns_minor,
              lines
         FROM product_month_totals
        WHERE business_month BETWEEN :first_month AND :last_month
    UNION ALL
       SELECT product_id,
              :head_sign * quantity_milli,
              :head_sign * gross_minor,
              :head_sign * discount_minor,
              :head_sign * returns_minor,
              :head_sign * lines
         FROM product_day_totals
        WHERE business_date BETWEEN :head_first AND :head_last
    UNION ALL
       SELECT product_id,
              :tail_sign * quantity_milli,
              :tail_sign * gross_minor,
              :tail_sign * discount_minor,
              :tail_sign * returns_minor,
              :tail_sign * lines
         FROM product_day_totals
        WHERE business_date BETWEEN :tail_first AND :tail_last
),
sold AS (
       SELECT product_id,
              SUM(quantity_milli) AS quantity_milli,
              SUM(gross_minor) AS gross_minor,
              SUM(discount_minor) AS discount_minor,
              SUM(returns_minor) AS returns_minor,
              SUM(lines) AS counted
         FROM parts
        GROUP BY product_id
       HAVING SUM(lines) > 0
)
SELECT sold.product_id AS id,
       products.name,
       COALESCE(products.category, '') AS category,
       products.unit,
       sold.quantity_milli,
       sold.gross_minor,
       sold.discount_minor,
       sold.returns_minor,
       sold.counted
  FROM sold
       INNER JOIN products ON products.id = sold.product_id
 WHERE (:unit IS NULL OR products.unit = :unit);
