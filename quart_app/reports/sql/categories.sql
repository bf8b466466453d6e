-- The categories that products have now; none is the empty one.
SELECT category,
       SUM(gross_minor) AS gross_minor,
       SUM(discount_minor) AS discount_minor,
       SUM(returns_minor) AS returns_minor,
       SUM(lines) AS counted
  FROM category_day_totals
 WHERE business_date BETWEEN :first AND :last
 GROUP BY category
HAVING SUM(lines) > 0;
