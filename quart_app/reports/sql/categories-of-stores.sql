-- Totals of categories are kept for the whole chain; for some of its shops the lines of their
-- receipts are added up.
WITH sold AS (
       SELECT sale_lines.product_id,
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
        GROUP BY sale_lines.product_id
)
SELECT COALESCE(products.category, '') AS category,
       SUM(sold.gross_minor) AS gross_minor,
       SUM(sold.discount_minor) AS discount_minor,
       SUM(sold.returns_minor) AS returns_minor,
       SUM(sold.counted) AS counted
  FROM sold
       INNER JOIN products ON products.id = sold.product_id
 GROUP BY 1;
