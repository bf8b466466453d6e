-- What was received less what was given back by each means.
SELECT tender,
       SUM(amount_minor) AS amount_minor,
       SUM(receipts) AS receipts,
       SUM(receipts + return_receipts) AS counted
  FROM tender_day_totals
 WHERE business_date BETWEEN :first AND :last
 GROUP BY tender
HAVING SUM(receipts + return_receipts) > 0;
