-- The receipts that had been received, and not yet voided, at an instant.
WITH sold AS (
       SELECT store_id,
              SUM(CASE type WHEN 'sale' THEN gross_minor ELSE 0 END) AS gross_minor,
              SUM(CASE type WHEN 'sale' THEN discount_minor ELSE 0 END) AS discount_minor,
              SUM(CASE type WHEN 'sale' THEN 0 ELSE amount_minor END) AS returns_minor,
              SUM(CASE type WHEN 'sale' THEN tax_minor ELSE -tax_minor END) AS tax_minor,
              SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END) AS receipts,
              SUM(CASE type WHEN 'sale' THEN 0 ELSE 1 END) AS return_receipts,
              SUM(CASE type WHEN 'sale' THEN line_count ELSE 0 END) AS sale_lines
         FROM sales
        WHERE business_date BETWEEN :first AND :last
              AND received_at_us <= :as_of
              AND (voided_at_us IS NULL OR voided_at_us > :as_of)
              AND (:store_ids IS NULL
                   OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
        GROUP BY store_id
)
SELECT sold.store_id AS id,
       stores.address,
       sold.gross_minor,
       sold.discount_minor,
       sold.returns_minor,
       sold.tax_minor,
       sold.receipts,
       sold.return_receipts,
       sold.sale_lines
  FROM sold
       INNER JOIN stores ON stores.id = sold.store_id
 WHERE sold.receipts + sold.return_receipts > 0;
