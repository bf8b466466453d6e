"""The kept totals: what receipts add to them, and what a void takes away again.

They are added up by the engine from the rows of the receipts, whose ids are in a row for a group.
Each statement has ``:sign``, 1 to add and -1 to take away, so that a void is the same arithmetic.
"""

from quart_app.database.transaction import Statement

_STORE_DAYS = """
    INSERT INTO store_day_totals (
           business_date, store_id, gross_minor, discount_minor, returns_minor, tax_minor,
           receipts, return_receipts, sale_lines)
    SELECT business_date,
           store_id,
           :sign * SUM(CASE type WHEN 'sale' THEN gross_minor ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN discount_minor ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN 0 ELSE amount_minor END),
           :sign * SUM(CASE type WHEN 'sale' THEN tax_minor ELSE -tax_minor END),
           :sign * SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN 0 ELSE 1 END),
           :sign * SUM(CASE type WHEN 'sale' THEN line_count ELSE 0 END)
      FROM sales
     WHERE id BETWEEN :first_id AND :last_id
           AND voided_at_us IS NULL
     GROUP BY business_date,
              store_id
        ON CONFLICT (business_date, store_id)
        DO UPDATE
       SET gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           tax_minor = tax_minor + excluded.tax_minor,
           receipts = receipts + excluded.receipts,
           return_receipts = return_receipts + excluded.return_receipts,
           sale_lines = sale_lines + excluded.sale_lines
"""
# A till's day keeps its row when all its receipts are voided: the till was heard of.
_TILL_DAYS = """
    INSERT INTO till_day_totals (
           business_date, store_id, till_id, cashier_id, first_occurred_at_us, gross_minor,
           discount_minor, returns_minor, receipts, return_receipts, voids)
    SELECT business_date,
           store_id,
           till_id,
           COALESCE(cashier_id, '') AS cashier_id,
           MIN(occurred_at_us),
           :sign * SUM(CASE type WHEN 'sale' THEN gross_minor ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN discount_minor ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN 0 ELSE amount_minor END),
           :sign * SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END),
           :sign * SUM(CASE type WHEN 'sale' THEN 0 ELSE 1 END),
           CASE WHEN :sign < 0 THEN COUNT(*) ELSE 0 END
      FROM sales
     WHERE id BETWEEN :first_id AND :last_id
           AND voided_at_us IS NULL
     GROUP BY business_date,
              store_id,
              till_id,
              COALESCE(cashier_id, '')
        ON CONFLICT (business_date, store_id, till_id, cashier_id)
        DO UPDATE
       SET first_occurred_at_us = MIN(first_occurred_at_us, excluded.first_occurred_at_us),
           gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           receipts = receipts + excluded.receipts,
           return_receipts = return_receipts + excluded.return_receipts,
           voids = voids + excluded.voids
"""
_SOLD = """
    SELECT sales.business_date,
           sale_lines.product_id,
           :sign * SUM(CASE sales.type
               WHEN 'sale' THEN sale_lines.quantity_milli
               ELSE -sale_lines.quantity_milli END) AS quantity_milli,
           :sign * SUM(CASE sales.type
               WHEN 'sale' THEN sale_lines.gross_minor
               ELSE 0 END) AS gross_minor,
           :sign * SUM(CASE sales.type
               WHEN 'sale' THEN sale_lines.discount_minor
               ELSE 0 END) AS discount_minor,
           :sign * SUM(CASE sales.type
               WHEN 'sale' THEN 0
               ELSE sale_lines.amount_minor END) AS returns_minor,
           :sign * COUNT(*) AS lines
      FROM sales
           INNER JOIN sale_lines ON sale_lines.sale_id = sales.id
     WHERE sales.id BETWEEN :first_id AND :last_id
           AND sales.voided_at_us IS NULL
     GROUP BY sales.business_date,
              sale_lines.product_id
"""
_PRODUCT_DAYS = f"""
    INSERT INTO product_day_totals (
           business_date, product_id, quantity_milli, gross_minor, discount_minor,
           returns_minor, lines)
    {_SOLD}
        ON CONFLICT (business_date, product_id)
        DO UPDATE
       SET quantity_milli = quantity_milli + excluded.quantity_milli,
           gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           lines = lines + excluded.lines
"""
_PRODUCT_MONTHS = f"""
    INSERT INTO product_month_totals (
           business_month, product_id, quantity_milli, gross_minor, discount_minor,
           returns_minor, lines)
    SELECT CAST(STRFTIME('%Y%m', business_date * 86400, 'unixepoch') AS INTEGER)
               AS business_month,
           product_id,
           SUM(quantity_milli),
           SUM(gross_minor),
           SUM(discount_minor),
           SUM(returns_minor),
           SUM(lines)
      FROM ({_SOLD}) AS sold
     WHERE TRUE
     GROUP BY 1,
              product_id
        ON CONFLICT (business_month, product_id)
        DO UPDATE
       SET quantity_milli = quantity_milli + excluded.quantity_milli,
           gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           lines = lines + excluded.lines
"""
_ALL = (_STORE_DAYS, _TILL_DAYS, _PRODUCT_DAYS, _PRODUCT_MONTHS)


def adding(first_id: int, last_id: int) -> list[Statement]:
    """What adds the receipts of those ids to every total."""
    return _counting(first_id, last_id, 1)


def taking_away(sale_id: int) -> list[Statement]:
    """What takes one receipt, which is voided, out of every total."""
    return _counting(sale_id, sale_id, -1)


def _counting(first_id: int, last_id: int, sign: int) -> list[Statement]:
    values = {"first_id": first_id, "last_id": last_id, "sign": sign}
    return [(sql, values) for sql in _ALL]
