-- The same of some shops: each step of the period, from its first day to its last, with nothing where nothing was sold.
WITH steps AS (
       SELECT JSON_EXTRACT(value, '$[0]') AS date,
              JSON_EXTRACT(value, '$[1]') AS first,
              JSON_EXTRACT(value, '$[2]') AS last
         FROM JSON_EACH(:steps)
)
SELECT steps.date,
       COALESCE(SUM(day.gross_minor), 0) AS gross_minor,
       COALESCE(SUM(day.discount_minor), 0) AS discount_minor,
       COALESCE(SUM(day.returns_minor), 0) AS returns_minor,
       COALESCE(SUM(day.tax_minor), 0) AS tax_minor,
       COALESCE(SUM(day.receipts), 0) AS receipts,
       COALESCE(SUM(day.return_receipts), 0) AS return_receipts,
       COALESCE(SUM(day.sale_lines), 0) AS sale_lines
  FROM steps
       LEFT JOIN store_day_totals AS day
       ON day.business_date BETWEEN steps.first AND steps.last
          AND day.store_id IN (SELECT id FROM shops)
 GROUP BY steps.date;
