-- Tenders are kept for the whole chain; for some of its shops their receipts are added up. A
-- receipt that was paid twice by the same means is one.
SELECT sale_tenders.type AS tender,
       SUM(CASE sales.type
           WHEN 'sale' THEN sale_tenders.amount_minor
           ELSE -sale_tenders.amount_minor END) AS amount_minor,
       COUNT(DISTINCT CASE sales.type WHEN 'sale' THEN sales.id END) AS receipts
  FROM sales
       INNER JOIN sale_tenders ON sale_tenders.sale_id = sales.id
 WHERE sales.store_id IN (SELECT value FROM JSON_EACH(:store_ids))
       AND sales.business_date BETWEEN :first AND :last
       AND sales.voided_at_us IS NULL
 GROUP BY sale_tenders.type;
