-- A shop's days are added up; a shop all of whose receipts were voided did not sell.
WITH sold AS (
       SELECT store_id,
              SUM(gross_minor) AS gross_minor,
              SUM(discount_minor) AS discount_minor,
              SUM(returns_minor) AS returns_minor,
              SUM(tax_minor) AS tax_minor,
              SUM(receipts) AS receipts,
              SUM(return_receipts) AS return_receipts,
              SUM(sale_lines) AS sale_lines
         FROM store_day_totals
        WHERE business_date BETWEEN :first AND :last
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
