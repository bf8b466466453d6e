-- The same for one whole month, the most frequent question: each product's row is looked up once,
-- from its rank.
SELECT sold.product_id AS id,
       products.name,
       COALESCE(products.category, '') AS category,
       products.unit,
       sold.quantity_milli,
       sold.gross_minor,
       sold.discount_minor,
       sold.returns_minor
  FROM candidates
       CROSS JOIN product_month_totals AS sold
       CROSS JOIN products
 WHERE sold.business_month = :first_month
       AND sold.revenue_rank_minor >= candidates.lowest
       AND sold.revenue_rank_minor >= 10000
       AND sold.lines > 0
       AND products.id = sold.product_id
       AND (:unit IS NULL OR products.unit = :unit);
