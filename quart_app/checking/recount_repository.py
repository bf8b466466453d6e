"""How each kept total is worked out again from receipts and lines, on a way of its own."""

from quart_app.checking.models import Kept

_IS_SALE = "sales.voided_at_us IS NULL AND sales.type = 'sale'"
_IS_RETURN = "sales.voided_at_us IS NULL AND sales.type = 'return'"
_SIGN = f"CASE WHEN {_IS_SALE} THEN 1 WHEN {_IS_RETURN} THEN -1 ELSE 0 END"
_SUMS = f"""
       SUM(CASE WHEN {_IS_SALE} THEN line.gross_minor ELSE 0 END),
       SUM(CASE WHEN {_IS_SALE} THEN line.discount_minor ELSE 0 END),
       SUM(CASE WHEN {_IS_RETURN} THEN line.amount_minor ELSE 0 END)
"""
_RECEIPTS = f"""
       COUNT(DISTINCT CASE WHEN {_IS_SALE} THEN sales.id END),
       COUNT(DISTINCT CASE WHEN {_IS_RETURN} THEN sales.id END)
"""
_FROM_LINES = """
  FROM sales
       INNER JOIN sale_lines AS line ON line.sale_id = sales.id
 WHERE sales.business_date BETWEEN :first AND :last
"""
_RETURNED = f"SUM(CASE WHEN {_IS_RETURN} THEN line.quantity_milli ELSE 0 END)"
_SOLD = f"SUM(CASE WHEN {_IS_SALE} THEN line.quantity_milli ELSE 0 END)"
_BEFORE_RETURNS = f"SUM(CASE WHEN {_IS_SALE} THEN line.amount_minor ELSE 0 END)"
_PRODUCT_SUMS = (
    "quantity_milli",
    "gross_minor",
    "discount_minor",
    "returns_minor",
    "lines",
)
_OF_PRODUCT = f"""
       SUM(line.quantity_milli * ({_SIGN})),
       {_SUMS},
       SUM(ABS({_SIGN}))
"""
_WITH_PRODUCTS = """
  FROM sales
       INNER JOIN sale_lines AS line ON line.sale_id = sales.id
       INNER JOIN products ON products.id = line.product_id
 WHERE sales.business_date BETWEEN :first AND :last
"""
_OF_RECEIPTS = f"""
       SUM(CASE WHEN {_IS_SALE} THEN sales.gross_minor ELSE 0 END),
       SUM(CASE WHEN {_IS_SALE} THEN sales.discount_minor ELSE 0 END),
       SUM(CASE WHEN {_IS_RETURN} THEN sales.amount_minor ELSE 0 END),
       COUNT(CASE WHEN {_IS_SALE} THEN 1 END),
       COUNT(CASE WHEN {_IS_RETURN} THEN 1 END)
"""
_RECEIPT_SUMS = ("gross_minor", "discount_minor", "returns_minor", "receipts", "return_receipts")


def _to_first_digit(sum_: str) -> str:
    """A sum less all that stands behind its first digit."""
    return f"{sum_} - {sum_} % CAST('1' || SUBSTR('{'0' * 18}', 1, LENGTH({sum_}) - 1) AS INTEGER)"


DAYS = (
    Kept(
        "store_day_totals",
        "business_date",
        ("business_date", "store_id"),
        (
            "gross_minor",
            "discount_minor",
            "returns_minor",
            "tax_minor",
            "receipts",
            "return_receipts",
            "sale_lines",
        ),
        f"""
        SELECT sales.business_date,
               sales.store_id,
               {_SUMS},
               SUM(line.tax_minor * ({_SIGN})),
               {_RECEIPTS},
               SUM(CASE WHEN {_IS_SALE} THEN 1 ELSE 0 END)
        {_FROM_LINES}
         GROUP BY 1, 2
        """,
    ),
    Kept(
        "till_day_totals",
        "business_date",
        ("business_date", "store_id", "till_id", "cashier_id"),
        (
            "first_occurred_at_us",
            "gross_minor",
            "discount_minor",
            "returns_minor",
            "receipts",
            "return_receipts",
            "voids",
        ),
        f"""
        SELECT sales.business_date,
               sales.store_id,
               sales.till_id,
               COALESCE(sales.cashier_id, ''),
               MIN(sales.occurred_at_us),
               {_SUMS},
               {_RECEIPTS},
               COUNT(DISTINCT CASE WHEN sales.voided_at_us IS NOT NULL THEN sales.id END)
        {_FROM_LINES}
         GROUP BY 1, 2, 3, 4
        """,
    ),
    Kept(
        "till_days",
        "business_date",
        ("business_date", "store_id", "till_id"),
        (),
        """
        SELECT business_date,
               store_id,
               till_id
          FROM sales
         WHERE business_date BETWEEN :first AND :last
         UNION
        SELECT business_date,
               store_id,
               till_id
          FROM held_sales
         WHERE business_date BETWEEN :first AND :last
        """,
        only="heard = 1",
    ),
    Kept(
        "product_day_totals",
        "business_date",
        ("business_date", "product_id"),
        (*_PRODUCT_SUMS, "returned_milli"),
        f"""
        SELECT sales.business_date,
               line.product_id,
               {_OF_PRODUCT},
               {_RETURNED}
        {_FROM_LINES}
         GROUP BY 1, 2
        """,
    ),
    Kept(
        "category_day_totals",
        "business_date",
        ("business_date", "category", "unit"),
        _PRODUCT_SUMS,
        f"""
        SELECT sales.business_date,
               COALESCE(products.category, ''),
               products.unit,
               {_OF_PRODUCT}
        {_WITH_PRODUCTS}
         GROUP BY 1, 2, 3
        """,
    ),
    Kept(
        "hour_totals",
        "business_date",
        ("business_date", "local_hour"),
        (*_RECEIPT_SUMS, "tax_minor", "sale_lines"),
        f"""
        SELECT sales.business_date,
               (sales.occurred_at_us / 1000000 + sales.utc_offset_s) / 3600,
               {_OF_RECEIPTS},
               SUM(sales.tax_minor * ({_SIGN})),
               SUM(CASE WHEN {_IS_SALE} THEN sales.line_count ELSE 0 END)
          FROM sales
         WHERE sales.business_date BETWEEN :first AND :last
         GROUP BY 1, 2
        """,
    ),
    Kept(
        "promo_day_totals",
        "business_date",
        ("business_date", "promo_code"),
        _RECEIPT_SUMS,
        f"""
        SELECT sales.business_date,
               sales.promo_code,
               {_OF_RECEIPTS}
          FROM sales
         WHERE sales.business_date BETWEEN :first AND :last
               AND sales.promo_code IS NOT NULL
         GROUP BY 1, 2
        """,
    ),
    Kept(
        "tender_day_totals",
        "business_date",
        ("business_date", "tender"),
        ("amount_minor", "receipts", "return_receipts"),
        f"""
        SELECT sales.business_date,
               paid.type,
               SUM(paid.amount_minor * ({_SIGN})),
               COUNT(DISTINCT CASE WHEN {_IS_SALE} THEN sales.id END),
               COUNT(DISTINCT CASE WHEN {_IS_RETURN} THEN sales.id END)
          FROM sales
               INNER JOIN sale_tenders AS paid ON paid.sale_id = sales.id
         WHERE sales.business_date BETWEEN :first AND :last
         GROUP BY 1, 2
        """,
    ),
)
"""The tables of days."""

_MONTH = "CAST(STRFTIME('%Y%m', sales.business_date * 86400, 'unixepoch') AS INTEGER)"
MONTHS = (
    Kept(
        "store_month_totals",
        "business_month",
        ("business_month", "store_id"),
        (*_RECEIPT_SUMS, "tax_minor", "sale_lines"),
        f"""
        SELECT {_MONTH},
               sales.store_id,
               {_OF_RECEIPTS},
               SUM(sales.tax_minor * ({_SIGN})),
               SUM(CASE WHEN {_IS_SALE} THEN sales.line_count ELSE 0 END)
          FROM sales
         WHERE sales.business_date BETWEEN :first AND :last
         GROUP BY 1, 2
        """,
    ),
    Kept(
        "till_month_totals",
        "business_month",
        ("business_month", "store_id", "till_id", "cashier_id"),
        (*_RECEIPT_SUMS, "voids"),
        f"""
        SELECT {_MONTH},
               sales.store_id,
               sales.till_id,
               COALESCE(sales.cashier_id, ''),
               {_OF_RECEIPTS},
               COUNT(sales.voided_at_us)
          FROM sales
         WHERE sales.business_date BETWEEN :first AND :last
         GROUP BY 1, 2, 3, 4
        """,
    ),
    Kept(
        "product_month_totals",
        "business_month",
        ("business_month", "product_id"),
        (
            *_PRODUCT_SUMS,
            "returned_milli",
            "last_sold_on",
            "unit",
            "quantity_rank_milli",
            "revenue_rank_minor",
        ),
        f"""
        SELECT {_MONTH},
               line.product_id,
               {_OF_PRODUCT},
               {_RETURNED},
               MAX(CASE WHEN {_IS_SALE} THEN sales.business_date END),
               products.unit,
               {_to_first_digit(_SOLD)},
               {_to_first_digit(_BEFORE_RETURNS)}
        {_WITH_PRODUCTS}
         GROUP BY 1, 2
        """,
    ),
)
"""The tables of months."""
