-- Whole months are read from the totals of months; the days at either end of the period are
-- added to them or taken away. A shop all of whose receipts were voided did not sell.
WITH parts AS (
       SELECT store_id,
              gross_minor,
              discount_minor,
              returns_minor,
              tax_minor,
              receipts,
              return_receipts,
              sale_lines
         FROM store_month_totals
        WHERE business_month BETWEEN :first_month AND :last_month
              AND (:store_ids IS NULL
                   OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
    UNION ALL
       SELECT store_id,
              :head_sign * gross_minor,
              :head_sign * discount_minor,
              :head_sign * returns_minor,
              :head_sign * tax_minor,
              :head_sign * receipts,
              :head_sign * return_receipts,
              :head_sign * sale_lines
         FROM store_day_totals
        WHERE business_date BETWEEN :head_first AND :head_last
              AND (:store_ids IS NULL
                   OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
    UNION ALL
       SELECT store_id,
              :tail_sign * gross_minor,
              :tail_sign * discount_minor,
              :tail_sign * returns_minor,
              :tail_sign * tax_minor,
              :tail_sign * receipts,
              :tail_sign * return_receipts,
              :tail_sign * sale_lines
         FROM store_day_totals
        WHERE business_date BETWEEN :tail_first AND :tail_last
              AND (:store_ids IS NULL
                   OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
),
sold AS (
       SELECT store_id,
              SUM(gross_minor) AS gross_minor,
              SUM(discount_minor) AS discount_minor,
              SUM(returns_minor) AS returns_minor,
              SUM(tax_minor) AS tax_minor,
              SUM(receipts) AS receipts,
              SUM(return_receipts) AS return_receipts,
              SUM(sale_lines) AS sale_lines
         FROM parts
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
