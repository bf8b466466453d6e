-- Totals of products are kept for the whole chain; for some of its shops the lines of their
-- receipts are added up: of all products, or of those that are asked about.
WITH sold AS (
       SELECT sale_lines.product_id,
              SUM(CASE receipts.type
                  WHEN 'sale' THEN sale_lines.quantity_milli
                  ELSE -sale_lines.quantity_milli END) AS quantity_milli,
              SUM(CASE receipts.type
                  WHEN 'sale' THEN sale_lines.gross_minor
                  ELSE 0 END) AS gross_minor,
              SUM(CASE receipts.type
                  WHEN 'sale' THEN sale_lines.discount_minor
                  ELSE 0 END) AS discount_minor,
              SUM(CASE receipts.type
                  WHEN 'sale' THEN 0
                  ELSE sale_lines.amount_minor END) AS returns_minor,
              COUNT(*) AS counted
         FROM receipts
              INNER JOIN sale_lines ON sale_lines.sale_id = receipts.id
        WHERE (:product_ids IS NULL
               OR sale_lines.product_id IN (SELECT value FROM JSON_EACH(:product_ids)))
        GROUP BY sale_lines.product_id
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
