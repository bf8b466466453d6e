-- For one whole month: the rank of the product at :offset, those of which come into question. Of
-- any product below it no more than ``bound`` was sold.
SELECT lowest,
       lowest - 1 AS bound
  FROM (SELECT COALESCE((SELECT revenue_rank_minor
                           FROM product_month_totals
                          WHERE business_month = :first_month
                                AND revenue_rank_minor >= 10000
                          ORDER BY revenue_rank_minor DESC
                          LIMIT 1
                         OFFSET :offset), 10000) AS lowest);
