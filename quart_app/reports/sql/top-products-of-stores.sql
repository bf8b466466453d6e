-- Totals of products are kept for the whole chain; for some of its shops the lines of their
-- receipts are added up, found by the index of a shop's days.
WITH sold AS (
       SELECT sale_lines.product_id,
              SUM(CASE sales.type
                  WHEN 'sale' THEN sale_lines.quantity_milli
                  ELSE -sale_lines.quantity_milli END) AS quantity_milli,
              SUM(CASE sales.type
                  WHEN 'sale' THEN sale_lines.amount_minor
                  ELSE -sale_lines.amount_minor END) AS revenue_minor
         FROM sales
              INNER JOIN sale_lines ON sale_lines.sale_id = sales.id
        WHERE sales.store_id IN (SELECT value FROM JSON_EACH(:store_ids))
              AND sales.business_date BETWEEN :first AND :last
              AND sales.voided_at_us IS NULL
        GROUP BY sale_lines.product_id
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
