-- Receipts without a code are no promotion.
SELECT promo_code,
       SUM(gross_minor) AS gross_minor,
       SUM(discount_minor) AS discount_minor,
       SUM(returns_minor) AS returns_minor,
       SUM(receipts) AS receipts,
       SUM(receipts + return_receipts) AS counted
  FROM promo_day_totals
 WHERE business_date BETWEEN :first AND :last
 GROUP BY promo_code
HAVING SUM(receipts + return_receipts) > 0;
