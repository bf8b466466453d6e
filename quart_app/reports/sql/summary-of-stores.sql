-- All days of some shops as one row; none where nothing was sold or given back.
WITH sold AS (
       SELECT SUM(gross_minor) AS gross_minor,
              SUM(discount_minor) AS discount_minor,
              SUM(returns_minor) AS returns_minor,
              SUM(tax_minor) AS tax_minor,
              SUM(receipts) AS receipts,
              SUM(return_receipts) AS return_receipts,
              SUM(sale_lines) AS sale_lines
         FROM store_day_totals
        WHERE business_date BETWEEN :first AND :last
              AND store_id IN (SELECT id FROM shops)
)
SELECT gross_minor,
       discount_minor,
       returns_minor,
       tax_minor,
       receipts,
       return_receipts,
       sale_lines
  FROM sold
 WHERE receipts + return_receipts > 0;
