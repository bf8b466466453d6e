-- The same for the few products of ``candidates``: each month, and each day at the ends, is looked
-- up.
WITH parts AS (
       SELECT month.product_id,
              month.quantity_milli,
              month.gross_minor,
              month.discount_minor,
              month.returns_minor,
              month.lines
         FROM candidates
              CROSS JOIN JSON_EACH(:whole_months) AS whole
              CROSS JOIN product_month_totals AS month
        WHERE month.business_month = whole.value
              AND month.product_id = candidates.product_id
    UNION ALL
       SELECT day.product_id,
              day.quantity_milli * JSON_EXTRACT(one.value, '$[1]'),
              day.gross_minor * JSON_EXTRACT(one.value, '$[1]'),
              day.discount_minor * JSON_EXTRACT(one.value, '$[1]'),
              day.returns_minor * JSON_EXTRACT(one.value, '$[1]'),
              day.lines * JSON_EXTRACT(one.value, '$[1]')
         FROM candidates
              CROSS JOIN JSON_EACH(:end_days) AS one
              CROSS JOIN product_day_totals AS day
        WHERE day.business_date = JSON_EXTRACT(one.value, '$[0]')
              AND day.product_id = candidates.product_id
),
sold AS (
       SELECT product_id,
              SUM(quantity_milli) AS quantity_milli,
              SUM(gross_minor) AS gross_minor,
              SUM(discount_minor) AS discount_minor,
              SUM(returns_minor) AS returns_minor
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
       sold.returns_minor
  FROM sold
       INNER JOIN products ON products.id = sold.product_id
 WHERE (:unit IS NULL OR products.unit = :unit);
