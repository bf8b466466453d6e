-- The same for the few products of ``candidates``: each month, and each day at the ends, is looked
-- up.
WITH whole AS MATERIALIZED (
       SELECT value AS business_month
         FROM JSON_EACH(:whole_months)
),
ends AS MATERIALIZED (
       SELECT JSON_EXTRACT(value, '$[0]') AS business_date,
              JSON_EXTRACT(value, '$[1]') AS sign
         FROM JSON_EACH(:end_days)
),
parts AS (
       SELECT month.product_id,
              month.quantity_milli,
              month.gross_minor,
              month.discount_minor,
              month.returns_minor,
              month.lines
         FROM candidates
              CROSS JOIN whole
              CROSS JOIN product_month_totals AS month
        WHERE month.business_month = whole.business_month
              AND month.product_id = candidates.product_id
    UNION ALL
       SELECT day.product_id,
              day.quantity_milli * ends.sign,
              day.gross_minor * ends.sign,
              day.discount_minor * ends.sign,
              day.returns_minor * ends.sign,
              day.lines * ends.sign
         FROM candidates
              CROSS JOIN ends
              CROSS JOIN product_day_totals AS day
        WHERE day.business_date = ends.business_date
              AND day.product_id = candidates.product_id
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
