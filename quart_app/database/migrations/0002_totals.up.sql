-- The kept totals, filled from the receipts that are there.

CREATE TABLE store_day_totals (
    business_date   INTEGER NOT NULL,
    store_id        INTEGER NOT NULL REFERENCES stores (id),
    gross_minor     INTEGER NOT NULL,
    discount_minor  INTEGER NOT NULL,
    returns_minor   INTEGER NOT NULL,
    tax_minor       INTEGER NOT NULL,
    receipts        INTEGER NOT NULL,
    return_receipts INTEGER NOT NULL,
    sale_lines      INTEGER NOT NULL,
    PRIMARY KEY (business_date, store_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX store_day_totals_by_store
    ON store_day_totals (store_id);

CREATE TABLE product_day_totals (
    business_date  INTEGER NOT NULL,
    product_id     INTEGER NOT NULL,
    quantity_milli INTEGER NOT NULL,
    gross_minor    INTEGER NOT NULL,
    discount_minor INTEGER NOT NULL,
    returns_minor  INTEGER NOT NULL,
    lines          INTEGER NOT NULL,
    PRIMARY KEY (business_date, product_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE product_month_totals (
    business_month INTEGER NOT NULL,
    product_id     INTEGER NOT NULL REFERENCES products (id),
    quantity_milli INTEGER NOT NULL,
    gross_minor    INTEGER NOT NULL,
    discount_minor INTEGER NOT NULL,
    returns_minor  INTEGER NOT NULL,
    lines          INTEGER NOT NULL,
    PRIMARY KEY (business_month, product_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX product_month_totals_by_product
    ON product_month_totals (product_id);

INSERT INTO store_day_totals (
       business_date, store_id, gross_minor, discount_minor, returns_minor, tax_minor,
       receipts, return_receipts, sale_lines)
SELECT business_date,
       store_id,
       SUM(CASE type WHEN 'sale' THEN gross_minor ELSE 0 END),
       SUM(CASE type WHEN 'sale' THEN discount_minor ELSE 0 END),
       SUM(CASE type WHEN 'sale' THEN 0 ELSE amount_minor END),
       SUM(CASE type WHEN 'sale' THEN tax_minor ELSE -tax_minor END),
       SUM(CASE type WHEN 'sale' THEN 1 ELSE 0 END),
       SUM(CASE type WHEN 'sale' THEN 0 ELSE 1 END),
       SUM(CASE type WHEN 'sale' THEN line_count ELSE 0 END)
  FROM sales
 WHERE voided_at_us IS NULL
 GROUP BY business_date, store_id;

INSERT INTO product_day_totals (
       business_date, product_id, quantity_milli, gross_minor, discount_minor, returns_minor,
       lines)
SELECT sales.business_date,
       sale_lines.product_id,
       SUM(CASE type WHEN 'sale' THEN quantity_milli ELSE -quantity_milli END),
       SUM(CASE type WHEN 'sale' THEN sale_lines.gross_minor ELSE 0 END),
       SUM(CASE type WHEN 'sale' THEN sale_lines.discount_minor ELSE 0 END),
       SUM(CASE type WHEN 'sale' THEN 0 ELSE sale_lines.amount_minor END),
       COUNT(*)
  FROM sales
       INNER JOIN sale_lines ON sale_lines.sale_id = sales.id
 WHERE sales.voided_at_us IS NULL
 GROUP BY sales.business_date, sale_lines.product_id;

INSERT INTO product_month_totals (
       business_month, product_id, quantity_milli, gross_minor, discount_minor, returns_minor,
       lines)
SELECT CAST(strftime('%Y%m', business_date * 86400, 'unixepoch') AS INTEGER) AS business_month,
       product_id,
       SUM(quantity_milli),
       SUM(gross_minor),
       SUM(discount_minor),
       SUM(returns_minor),
       SUM(lines)
  FROM product_day_totals
 GROUP BY 1, product_id;
