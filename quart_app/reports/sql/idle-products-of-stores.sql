-- The same in some shops, from all their lines up to the period's end.
WITH sold AS (
       SELECT sale_lines.product_id,
              MAX(sales.business_date) AS last_sold_on
         FROM sales
              CROSS JOIN sale_lines
        WHERE sale_lines.sale_id = sales.id
              AND sales.store_id IN (SELECT value FROM JSON_EACH(:store_ids))
              AND sales.business_date <= :last
              AND sales.type = 'sale'
              AND sales.voided_at_us IS NULL
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
       AND (sold.last_sold_on IS NULL
            OR sold.last_sold_on < :idle_first);
