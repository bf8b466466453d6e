-- Further totals, filled from the receipts that are there.

ALTER TABLE product_day_totals
  ADD COLUMN returned_milli INTEGER NOT NULL DEFAULT 0;

ALTER TABLE product_month_totals
  ADD COLUMN returned_milli INTEGER NOT NULL DEFAULT 0;

ALTER TABLE product_month_totals
  ADD COLUMN last_sold_on INTEGER;

ALTER TABLE product_month_totals
  ADD COLUMN unit TEXT NOT NULL DEFAULT '';

ALTER TABLE product_month_totals
  ADD COLUMN quantity_rank_milli INTEGER NOT NULL DEFAULT 0;

ALTER TABLE product_month_totals
  ADD COLUMN revenue_rank_minor INTEGER NOT NULL DEFAULT 0;

UPDATE product_day_totals
   SET returned_milli = returned.quantity_milli
  FROM (SELECT sales.business_date,
               sale_lines.product_id,
               SUM(sale_lines.quantity_milli) AS quantity_milli
          FROM sales
               INNER JOIN sale_lines ON sale_lines.sale_id = sales.id
         WHERE sales.type = 'return'
               AND sales.voided_at_us IS NULL
         GROUP BY sales.business_date, sale_lines.product_id) AS returned
 WHERE returned.business_date = product_day_totals.business_date
       AND returned.product_id = product_day_totals.product_id;

UPDATE product_month_totals
   SET returned_milli = days.returned_milli,
       last_sold_on = days.last_sold_on,
       unit = days.unit
  FROM (SELECT CAST(STRFTIME('%Y%m', business_date * 86400, 'unixepoch') AS INTEGER)
                   AS business_month,
               product_id,
               products.unit,
               SUM(returned_milli) AS returned_milli,
               MAX(CASE WHEN quantity_milli + returned_milli > 0 THEN business_date END)
                   AS last_sold_on
          FROM product_day_totals
               INNER JOIN products ON products.id = product_day_totals.product_id
         GROUP BY 1, product_id) AS days
 WHERE days.business_month = product_month_totals.business_month
       AND days.product_id = product_month_totals.product_id;

UPDATE product_month_totals
   SET quantity_rank_milli = CAST(SUBSTR(quantity_milli + returned_milli, 1, 1)
           || SUBSTR('000000000000000000', 1, LENGTH(quantity_milli + returned_milli) - 1)
           AS INTEGER),
       revenue_rank_minor = CAST(SUBSTR(gross_minor - discount_minor, 1, 1)
           || SUBSTR('000000000000000000', 1, LENGTH(gross_minor - discount_minor) - 1)
           AS INTEGER);

CREATE INDEX product_month_totals_by_quantity
    ON product_month_totals (business_month, unit, quantity_rank_milli)
 WHERE quantity_rank_milli >= 10000;

CREATE INDEX product_month_totals_by_revenue
    ON product_month_totals (business_month, revenue_rank_minor)
 WHERE revenue_rank_minor >= 10000;

CREATE TABLE category_day_totals (
    business_date  INTEGER NOT NULL,
    category       TEXT    NOT NULL,
    unit           TEXT    NOT NULL,
    quantity_milli INTEGER NOT NULL,
    gross_minor    INTEGER NOT NULL,
    discount_minor INTEGER NOT NULL,
    returns_minor  INTEGER NOT NULL,
    lines          INTEGER NOT NULL,
    PRIMARY KEY (business_date, category, unit)
) STRICT, WITHOUT ROWID;

CREATE INDEX category_day_totals_by_category
    ON category_day_totals (category, unit);

CREATE TABLE store_month_totals (
    business_month  INTEGER NOT NULL,
    store_id        INTEGER NOT NULL,
    gross_minor     INTEGER NOT NULL,
    discount_minor  INTEGER NOT NULL,
    returns_minor   INTEGER NOT NULL,
    tax_minor       INTEGER NOT NULL,
    receipts        INTEGER NOT NULL,
    return_receipts INTEGER NOT NULL,
    sale_lines      INTEGER NOT NULL,
    PRIMARY KEY (business_month, store_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE hour_totals (
    business_date   INTEGER NOT NULL,
    local_hour      INTEGER NOT NULL,
    gross_minor     INTEGER NOT NULL,
    discount_minor  INTEGER NOT NULL,
    returns_minor   INTEGER NOT NULL,
    tax_minor       INTEGER NOT NULL,
    receipts        INTEGER NOT NULL,
    return_receipts INTEGER NOT NULL,
    sale_lines      INTEGER NOT NULL,
    PRIMARY KEY (business_date, local_hour)
) STRICT, WITHOUT ROWID;

CREATE TABLE tender_day_totals (
    business_date   INTEGER NOT NULL,
    tender          TEXT    NOT NULL,
    amount_minor    INTEGER NOT NULL,
    receipts        INTEGER NOT NULL,
    return_receipts INTEGER NOT NULL,
    PRIMARY KEY (business_date, tender)
) STRICT, WITHOUT ROWID;

CREATE TABLE promo_day_totals (
    business_date   INTEGER NOT NULL,
    promo_code      TEXT    NOT NULL,
    gross_minor     INTEGER NOT NULL,
    discount_minor  INTEGER NOT NULL,
    returns_minor   INTEGER NOT NULL,
    receipts        INTEGER NOT NULL,
    return_receipts INTEGER NOT NULL,
    PRIMARY KEY (business_date, promo_code)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER products_move_category
 AFTER UPDATE OF category ON products
  WHEN OLD.category IS NOT NEW.category
 BEGIN
    INSERT INTO category_day_totals (
           business_date, category, unit, quantity_milli, gross_minor, discount_minor,
           returns_minor, lines)
    SELECT sold.business_date,
           side.category,
           OLD.unit,
           side.sign * sold.quantity_milli,
           side.sign * sold.gross_minor,
           side.sign * sold.discount_minor,
           side.sign * sold.returns_minor,
           side.sign * sold.lines
      FROM category_day_totals AS day
           CROSS JOIN product_day_totals AS sold
           CROSS JOIN (SELECT COALESCE(NEW.category, '') AS category, 1 AS sign
                       UNION ALL
                       SELECT COALESCE(OLD.category, ''), -1) AS side
     WHERE day.category = COALESCE(OLD.category, '')
           AND day.unit = OLD.unit
           AND sold.business_date = day.business_date
           AND sold.product_id = OLD.id
        ON CONFLICT (business_date, category, unit)
        DO UPDATE
       SET quantity_milli = quantity_milli + excluded.quantity_milli,
           gross_minor = gross_minor + excluded.gross_minor,
           discount_minor = discount_minor + excluded.discount_minor,
           returns_minor = returns_minor + excluded.returns_minor,
           lines = lines + excluded.lines;
 END;

INSERT INTO category_day_totals (
       business_date, category, unit, quantity_milli, gross_minor, discount_minor, returns_minor,
       lines)
SELECT product_day_totals.business_date,
       COALESCE(products.category, ''),
       products.unit,
       SUM(product_day_totals.quantity_milli),
       SUM(product_day_totals.gross_minor),
       SUM(product_day_totals.discount_minor),
       SUM(product_day_totals.returns_minor),
       SUM(product_day_totals.lines)
  FROM product_day_totals
       INNER JOIN products ON products.id = product_day_totals.product_id
 GROUP BY 1, 2, 3;

INSERT INTO store_month_totals (
       business_month, store_id, gross_minor, discount_minor, returns_minor, tax_minor, receipts,
       return_receipts, sale_lines)
SELECT CAST(STRFTIME('%Y%m', business_date * 86400, 'unixepoch') AS INTEGER),
       store_id,
       SUM(gross_minor),
       SUM(discount_minor),
       SUM(returns_minor),
       SUM(tax_minor),
       SUM(receipts),
       SUM(return_receipts),
       SUM(sale_lines)
  FROM store_day_totals
 GROUP BY 1, 2;

INSERT INTO hour_totals (
       business_date, local_hour, gross_minor, discount_minor, returns_minor, tax_minor, receipts,
       return_receipts, sale_lines)
SELECT business_date,
       (occurred_at_us + utc_offset_s * 1000000) / 3600000000,
       SUM(CASE type WHEN 'sale' THEN gross_minor ELSE 0 END),
       SUM(CASE type WHEN 'sale' THEN discount_minor ELSE 0 END),
       SUM(CASE type WHEN 'sale' THEN 0 ELSE amount_minor END),
       SUM(CASE type WHEN 'sale' THEN tax_minor ELSE -tax_minor END),
       SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END),
       SUM(CASE type WHEN 'sale' THEN 0 ELSE 1 END),
       SUM(CASE type WHEN 'sale' THEN line_count ELSE 0 END)
  FROM sales
 WHERE voided_at_us IS NULL
 GROUP BY 1, 2;

INSERT INTO tender_day_totals (
       business_date, tender, amount_minor, receipts, return_receipts)
SELECT paid.business_date,
       paid.tender,
       SUM(paid.amount_minor),
       SUM(CASE paid.type WHEN 'sale' THEN 1 ELSE 0 END),
       SUM(CASE paid.type WHEN 'sale' THEN 0 ELSE 1 END)
  FROM (SELECT sales.business_date,
               sales.type,
               sale_tenders.type AS tender,
               SUM(CASE sales.type
                   WHEN 'sale' THEN sale_tenders.amount_minor
                   ELSE -sale_tenders.amount_minor END) AS amount_minor
          FROM sales
               INNER JOIN sale_tenders ON sale_tenders.sale_id = sales.id
         WHERE sales.voided_at_us IS NULL
         GROUP BY sales.id, sale_tenders.type) AS paid
 GROUP BY 1, 2;

INSERT INTO promo_day_totals (
       business_date, promo_code, gross_minor, discount_minor, returns_minor, receipts,
       return_receipts)
SELECT business_date,
       promo_code,
       SUM(CASE type WHEN 'sale' THEN gross_minor ELSE 0 END),
       SUM(CASE type WHEN 'sale' THEN discount_minor ELSE 0 END),
       SUM(CASE type WHEN 'sale' THEN 0 ELSE amount_minor END),
       SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END),
       SUM(CASE type WHEN 'sale' THEN 0 ELSE 1 END)
  FROM sales
 WHERE voided_at_us IS NULL
       AND promo_code IS NOT NULL
 GROUP BY 1, 2;
