-- What each receipt adds to a figure of a product or a category, by its lines of it.
SELECT chosen.id,
       SUM(CASE chosen.type WHEN 'sale' THEN sale_lines.gross_minor ELSE 0 END) AS gross_minor,
       SUM(CASE chosen.type WHEN 'sale' THEN sale_lines.discount_minor ELSE 0 END)
           AS discount_minor,
       SUM(CASE chosen.type WHEN 'sale' THEN 0 ELSE sale_lines.amount_minor END)
           AS returns_minor,
       CASE WHEN :product_id IS NULL
            THEN NULL
            ELSE SUM(CASE chosen.type
                     WHEN 'sale' THEN sale_lines.quantity_milli
                     ELSE -sale_lines.quantity_milli END) END AS quantity_milli,
       NULL AS amount_minor
  FROM chosen
       INNER JOIN sale_lines ON sale_lines.sale_id = chosen.id
       INNER JOIN products ON products.id = sale_lines.product_id
 WHERE (:product_id IS NULL OR sale_lines.product_id = :product_id)
       AND (:category IS NULL OR COALESCE(products.category, '') = :category)
 GROUP BY chosen.id;
