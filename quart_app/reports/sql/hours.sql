-- Hours are counted from Thursday, 1970-01-01, by the shops' clocks.
SELECT (local_hour / 24 + 3) % 7 + 1 AS weekday,
       local_hour % 24 AS hour,
       SUM(gross_minor) AS gross_minor,
       SUM(discount_minor) AS discount_minor,
       SUM(returns_minor) AS returns_minor,
       SUM(receipts) AS receipts,
       SUM(receipts + return_receipts) AS counted
  FROM hour_totals
 WHERE business_date BETWEEN :first AND :last
 GROUP BY 1,
          2
HAVING SUM(receipts + return_receipts) > 0;
