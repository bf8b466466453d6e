"""The kept totals of products and categories: see totals_repository for how they are run."""


def _first_digit(sum_: str) -> str:
    """An integer from zero up, rounded down to its first digit: 1234 is 1000."""
    zeros = f"SUBSTR('000000000000000000', 1, LENGTH({sum_}) - 1)"
    return f"CAST(SUBSTR({sum_}, 1, 1) || {zeros} AS INTEGER)"


def _moved_on(sum_: str, rank: str) -> str:
    """Whether a sum has another first digit or length than its rank: numbers alone, so it is fast.

    A rank of 300 is that of 300 to 399.
    """
    steps = " ".join(f"WHEN {rank} < {10**n} THEN {10 ** (n - 1)}" for n in range(1, 18))
    return f"NOT {sum_} BETWEEN {rank} AND {rank} - 1 + CASE {steps} END"


SOLD_NOW = """
    CREATE TEMP TABLE sold_now (
        business_date  INTEGER NOT NULL,
        business_month INTEGER NOT NULL,
        product_id     INTEGER NOT NULL,
        unit           TEXT    NOT NULL,
        category       TEXT    NOT NULL,
        quantity_milli INTEGER NOT NULL,
        gross_minor    INTEGER NOT NULL,
        discount_minor INTEGER NOT NULL,
        returns_minor  INTEGER NOT NULL,
        lines          INTEGER NOT NULL,
        returned_milli INTEGER NOT NULL,
        last_sold_on   INTEGER
    )
"""
"""What the receipts being counted sold of each product a day, so that lines are read once."""

_NONE_SOLD = """
    DELETE FROM sold_now
"""
# Sales and returns apart, two rows of a product and day at most: fewer sums for each line.
_SOLD = """
    INSERT INTO sold_now (
           business_date, business_month, product_id, unit, category, quantity_milli,
           gross_minor, discount_minor, returns_minor, lines, returned_milli, last_sold_on)
    SELECT moved.business_date,
           CAST(STRFTIME('%Y%m', moved.business_date * 86400, 'unixepoch') AS INTEGER),
           moved.product_id,
           products.unit,
           COALESCE(products.category, ''),
           :sign * CASE type WHEN 'sale' THEN moved.quantity_milli ELSE -moved.quantity_milli END,
           :sign * CASE type WHEN 'sale' THEN moved.gross_minor ELSE 0 END,
           :sign * CASE type WHEN 'sale' THEN moved.discount_minor ELSE 0 END,
           :sign * CASE type WHEN 'sale' THEN 0 ELSE moved.gross_minor - moved.discount_minor END,
           :sign * moved.lines,
           :sign * CASE type WHEN 'sale' THEN 0 ELSE moved.quantity_milli END,
           CASE WHEN :sign > 0 AND type = 'sale' THEN moved.business_date END
      FROM (SELECT sales.business_date,
                   sales.type,
                   sale_lines.product_id,
                   SUM(sale_lines.quantity_milli) AS quantity_milli,
                   SUM(sale_lines.gross_minor) AS gross_minor,
                   SUM(sale_lines.discount_minor) AS discount_minor,
                   COUNT(*) AS lines
              FROM sales
                   INNER JOIN sale_lines ON sale_lines.sale_id = sales.id
             WHERE sales.id BETWEEN :first_id AND :last_id
                   AND sales.voided_at_us IS NULL
             GROUP BY sale_lines.product_id,
                      sales.business_date,
                      sales.type) AS moved
           INNER JOIN products ON products.id = moved.product_id
"""
_PRODUCT_DAYS = """
    INSERT INTO product_day_totals (
           business_date, product_id, quantity_milli, gross_minor, discount_minor,
           returns_minor, lines, returned_milli)
    SELECT business_date,
           product_id,
           quantity_milli,
           gross_minor,
           discount_minor,
           returns_minor,
           lines,
           returned_milli
      FROM sold_now
     WHERE TRUE
        ON CONFLICT (business_date, product_id)
        DO UPDATE
       SET quantity_milli = quantity_milli + excluded.quantity_milli,
           gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           lines = lines + excluded.lines,
           returned_milli = returned_milli + excluded.returned_milli
"""
# Not grouped: two days of a month, and sales and returns of one, are two additions, and seldom.
_PRODUCT_MONTHS = """
    INSERT INTO product_month_totals (
           business_month, product_id, quantity_milli, gross_minor, discount_minor,
           returns_minor, lines, returned_milli, last_sold_on, unit, quantity_rank_milli,
           revenue_rank_minor)
    SELECT business_month,
           product_id,
           quantity_milli,
           gross_minor,
           discount_minor,
           returns_minor,
           lines,
           returned_milli,
           last_sold_on,
           unit,
           0,
           0
      FROM sold_now
     WHERE TRUE
        ON CONFLICT (business_month, product_id)
        DO UPDATE
       SET quantity_milli = quantity_milli + excluded.quantity_milli,
           gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           lines = lines + excluded.lines,
           returned_milli = returned_milli + excluded.returned_milli,
           last_sold_on = NULLIF(
               MAX(COALESCE(last_sold_on, 0), COALESCE(excluded.last_sold_on, 0)), 0)
"""
_MONTH = "product_month_totals"
_QUANTITY = f"({_MONTH}.quantity_milli + {_MONTH}.returned_milli)"
_REVENUE = f"({_MONTH}.gross_minor - {_MONTH}.discount_minor)"
# A rank changes a few times a month, where its sum changes with every receipt: so the indexes on
# them are hardly ever written.
_PRODUCT_RANKS = f"""
    UPDATE product_month_totals
       SET quantity_rank_milli = {_first_digit(_QUANTITY)},
           revenue_rank_minor = {_first_digit(_REVENUE)}
     WHERE (business_month, product_id) IN (SELECT business_month,
                                                   product_id
                                              FROM sold_now)
           AND ({_moved_on(_QUANTITY, "quantity_rank_milli")}
                OR {_moved_on(_REVENUE, "revenue_rank_minor")})
"""
# After a day lost a receipt: the last day of that month on which the product was still sold.
_LAST_SOLD_AGAIN = """
    UPDATE product_month_totals
       SET last_sold_on = (
           SELECT MAX(day.business_date)
             FROM JSON_EACH('[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
                              17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]') AS back
                  INNER JOIN product_day_totals AS day
                  ON day.business_date = product_month_totals.last_sold_on - back.value
                     AND day.product_id = product_month_totals.product_id
            WHERE day.quantity_milli + day.returned_milli > 0
                  AND CAST(STRFTIME('%Y%m', day.business_date * 86400, 'unixepoch') AS INTEGER)
                      = product_month_totals.business_month)
     WHERE :sign < 0
           AND (business_month, product_id) IN (SELECT business_month,
                                                       product_id
                                                  FROM sold_now)
"""
_CATEGORY_DAYS = """
    INSERT INTO category_day_totals (
           business_date, category, unit, quantity_milli, gross_minor, discount_minor,
           returns_minor, lines)
    SELECT business_date,
           category,
           unit,
           SUM(quantity_milli),
           SUM(gross_minor),
           SUM(discount_minor),
           SUM(returns_minor),
           SUM(lines)
      FROM sold_now
     GROUP BY category,
              unit,
              business_date
        ON CONFLICT (business_date, category, unit)
        DO UPDATE
       SET quantity_milli = quantity_milli + excluded.quantity_milli,
           gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           lines = lines + excluded.lines
"""
PRODUCTS = (
    _NONE_SOLD,
    _SOLD,
    _PRODUCT_DAYS,
    _PRODUCT_MONTHS,
    _PRODUCT_RANKS,
    _LAST_SOLD_AGAIN,
    _CATEGORY_DAYS,
)
"""In this order: the ranks and the last days are told from the totals that come before them."""
