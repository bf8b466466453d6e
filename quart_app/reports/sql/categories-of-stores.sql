-- Totals of categories are kept for the whole chain; for some of its shops the lines of their
-- receipts are added up, found by the index of a shop's days.
WITH sold AS (
       SELECT sale_lines.product_id,
              SUM(CASE sales.type
                  WHEN 'sale' THEN sale_lines.quantity_milli
                  ELSE -sale_lines.quantity_milli END) AS quantity_milli,
              SUM(CASE sales.type
                  WHEN 'sale' THEN sale_lines.gross_minor
                  ELSE 0 END) AS gross_minor,
              SUM(CASE sales.type
                  WHEN 'sale' THEN sale_lines.discount_minor
                  ELSE 0 END) AS discount_minor,
              SUM(CASE sales.type
                  WHEN 'sale' THEN 0
                  ELSE sale_lines.amount_minor END) AS returns_minor
         FROM sales
              INNER JOIN sale_lines ON sale_lines.sale_id = sales.id
        WHERE sales.store_id IN (SELECT value FROM JSON_EACH(:store_ids))
              AND sales.business_date BETWEEN :first AND :last
              AND sales.voided_at_us IS NULL
        GROUP BY sale_lines.product_id
)
SELECT COALESCE(products.category, '') AS category,
       SUM(sold.gross_minor) AS gross_minor,
       SUM(sold.discount_minor) AS discount_minor,
       SUM(sold.returns_minor) AS returns_minor
  FROM sold
       INNER JOIN products ON products.id = sold.product_id
 GROUP BY 1;
