-- Tenders are kept for the whole chain; for some of its shops their receipts are added up. A
-- receipt that was paid twice by the same means is one.
SELECT sale_tenders.type AS tender,
       SUM(CASE receipts.type
           WHEN 'sale' THEN sale_tenders.amount_minor
           ELSE -sale_tenders.amount_minor END) AS amount_minor,
       COUNT(DISTINCT CASE receipts.type WHEN 'sale' THEN receipts.id END) AS receipts,
       COUNT(DISTINCT receipts.id) AS counted
  FROM receipts
       INNER JOIN sale_tenders ON sale_tenders.sale_id = receipts.id
 GROUP BY sale_tenders.type;
