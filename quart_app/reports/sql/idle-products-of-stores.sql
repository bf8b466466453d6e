-- The same in some shops, from all their lines up to the period's end. What was sold lately is put
-- aside first: of what is left, and has to be put in order, there are few lines.
WITH sold_lately AS MATERIALIZED (
       SELECT DISTINCT sale_lines.product_id
         FROM receipts
              CROSS JOIN sale_lines
        WHERE sale_lines.sale_id = receipts.id
              AND receipts.type = 'sale'
              AND receipts.business_date >= :idle_first
),
sold AS (
       SELECT sale_lines.product_id,
              MAX(receipts.business_date) AS last_sold_on
         FROM receipts
              CROSS JOIN sale_lines
        WHERE sale_lines.sale_id = receipts.id
              AND receipts.type = 'sale'
              AND receipts.business_date < :idle_first
              AND sale_lines.product_id NOT IN (SELECT product_id FROM sold_lately)
        GROUP BY sale_lines.product_id
)
SELECT products.id,
       products.name,
       COALESCE(products.category, '') AS category,
       sold.last_sold_on,
       :last - sold.last_sold_on AS days_idle
  FROM products
       LEFT JOIN sold ON sold.product_id = products.id
 WHERE products.archived = 0
       AND products.id NOT IN (SELECT product_id FROM sold_lately);
