-- What each receipt adds to what was paid by a means of payment.
SELECT chosen.id,
       CASE chosen.type WHEN 'sale' THEN chosen.gross_minor ELSE 0 END AS gross_minor,
       CASE chosen.type WHEN 'sale' THEN chosen.discount_minor ELSE 0 END AS discount_minor,
       CASE chosen.type WHEN 'sale' THEN 0 ELSE chosen.amount_minor END AS returns_minor,
       NULL AS quantity_milli,
       SUM(CASE chosen.type
           WHEN 'sale' THEN sale_tenders.amount_minor
           ELSE -sale_tenders.amount_minor END) AS amount_minor
  FROM chosen
       INNER JOIN sale_tenders ON sale_tenders.sale_id = chosen.id
 WHERE sale_tenders.type = :tender
 GROUP BY chosen.id;
