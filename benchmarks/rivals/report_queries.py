"""The reports in plain SQL, as someone writes them who keeps the receipts and no totals.

``{source}`` is a table of lines, each with what its receipt has, or of receipts with their own
sums; ``{first}`` tells the one row by which a receipt is counted. $1 and $2 are the first and the
last day. Only measures are asked: names, shares, averages and totals we answer besides.
"""

LINES = {"source": "sale_lines", "first": "line_no = 1"}
"""Every line, with its receipt's day, store, till and hour on it."""
RECEIPTS = {"source": "sales", "first": "TRUE"}
"""Receipts only: a ninth of the rows, and nothing about products."""

_REVENUE = "SUM(CASE WHEN is_return THEN -amount_minor ELSE amount_minor END) AS revenue"
_GROSS = "SUM(CASE WHEN is_return THEN 0 ELSE gross_minor END) AS gross"
_DISCOUNTS = "SUM(CASE WHEN is_return THEN 0 ELSE discount_minor END) AS discounts"
_RETURNS = "SUM(CASE WHEN is_return THEN amount_minor ELSE 0 END) AS returns"
_TAX = "SUM(CASE WHEN is_return THEN -tax_minor ELSE tax_minor END) AS tax"
_RECEIPTS = "COUNT(CASE WHEN {first} AND NOT is_return THEN 1 END) AS receipts"
_BACK = "COUNT(CASE WHEN {first} AND is_return THEN 1 END) AS return_receipts"
_MONEY = f"{_GROSS}, {_DISCOUNTS}, {_RETURNS}, {_REVENUE}"
_ALL = f"{_MONEY}, {_TAX}, {_RECEIPTS}, {_BACK}"
_QUANTITY = "SUM(CASE WHEN is_return THEN -quantity_milli ELSE quantity_milli END) AS quantity"
_DAYS = "WHERE business_date BETWEEN $1 AND $2"

SUMMARY = f"SELECT {_ALL} FROM {{source}} {_DAYS}"
STORES = f"""
SELECT store_id, {_ALL}
  FROM {{source}} {_DAYS}
 GROUP BY store_id
 ORDER BY revenue DESC, store_id
"""
TOP_STORES = f"""
SELECT store_id, {_REVENUE}, {_RECEIPTS}
  FROM {{source}} {_DAYS}
 GROUP BY store_id
 ORDER BY revenue DESC, store_id
 LIMIT 10
"""
TIMELINE = f"""
SELECT business_date, {_ALL}
  FROM {{source}} {_DAYS}
 GROUP BY business_date
 ORDER BY business_date
"""
HOURS = f"""
SELECT weekday, hour, {_RECEIPTS}, {_REVENUE}
  FROM {{source}} {_DAYS}
 GROUP BY weekday, hour
 ORDER BY weekday, hour
"""
TILLS = f"""
SELECT store_id, till_id, cashier_id, {_RECEIPTS}, {_BACK}, {_DISCOUNTS}, {_RETURNS}, {_REVENUE}
  FROM {{source}} {_DAYS}
 GROUP BY store_id, till_id, cashier_id
 ORDER BY store_id, till_id, cashier_id
"""
PROMOTIONS = f"""
SELECT promo_code, {_RECEIPTS}, {_DISCOUNTS}, {_REVENUE}
  FROM {{source}} {_DAYS}
   AND promo_code IS NOT NULL
 GROUP BY promo_code
 ORDER BY revenue DESC, promo_code
"""
TENDERS = f"""
SELECT type, COUNT(DISTINCT CASE WHEN NOT is_return THEN sale_id END),
       SUM(CASE WHEN is_return THEN -amount_minor ELSE amount_minor END) AS amount
  FROM sale_tenders {_DAYS}
 GROUP BY type
 ORDER BY amount DESC, type
"""
TOP_PRODUCTS = f"""
SELECT product_id, {_QUANTITY}, {_REVENUE}
  FROM {{source}}
  JOIN products
    ON products.id = product_id
{_DAYS}
   AND products.unit = 'pcs'
 GROUP BY product_id
 ORDER BY quantity DESC, product_id
 LIMIT 10
"""
TOP_PRODUCTS_BY_REVENUE = f"""
SELECT product_id, {_QUANTITY}, {_REVENUE}
  FROM {{source}} {_DAYS}
 GROUP BY product_id
 ORDER BY revenue DESC, product_id
 LIMIT 10
"""
PRODUCTS = f"""
SELECT product_id, {_QUANTITY}, {_MONEY}
  FROM {{source}} {_DAYS}
 GROUP BY product_id
 ORDER BY revenue DESC, product_id
 LIMIT 1000
"""
CATEGORIES = f"""
SELECT category, {_MONEY}
  FROM {{source}}
  JOIN products
    ON products.id = product_id
{_DAYS}
 GROUP BY category
 ORDER BY revenue DESC, category
"""
ABC = f"""
SELECT product_id, revenue,
       CASE WHEN 100 * (SUM(revenue) OVER ranked - revenue) < 80 * SUM(revenue) OVER () THEN 'A'
            WHEN 100 * (SUM(revenue) OVER ranked - revenue) < 95 * SUM(revenue) OVER () THEN 'B'
            ELSE 'C' END
  FROM (SELECT product_id, {_REVENUE}
          FROM {{source}} {_DAYS}
         GROUP BY product_id) AS sold
WINDOW ranked AS (ORDER BY revenue DESC, product_id ROWS UNBOUNDED PRECEDING)
 ORDER BY revenue DESC, product_id
 LIMIT 1000
"""
IDLE = """
SELECT products.id, MAX(business_date) AS last_sold_on
  FROM products
  LEFT JOIN {source}
    ON product_id = products.id
   AND business_date <= $2
   AND NOT is_return
 WHERE $1 > 0
 GROUP BY products.id
HAVING MAX(business_date) IS NULL
    OR MAX(business_date) <= $2 - 60
 ORDER BY last_sold_on NULLS FIRST, products.id
 LIMIT 1000
"""
IDLE_BY_INDEX = """
SELECT products.id, sold.last_sold_on
  FROM products
 CROSS JOIN LATERAL (SELECT MAX(business_date) AS last_sold_on
                       FROM sale_lines
                      WHERE product_id = products.id
                        AND business_date <= $2
                        AND NOT is_return) AS sold
 WHERE $1 > 0
   AND (sold.last_sold_on IS NULL OR sold.last_sold_on <= $2 - 60)
 ORDER BY sold.last_sold_on NULLS FIRST, products.id
 LIMIT 1000
"""
