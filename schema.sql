-- The whole database of a chain, read from top to bottom.
--
-- Money is an integer of the currency's minor units (..._minor), a quantity an integer of
-- thousandths of the product's unit (..._milli), an instant microseconds since 1970 in UTC
-- (..._at_us), a business date days since 1970-01-01, a month YYYYMM. There is no REAL anywhere.

-- One row: what this file was made for.
CREATE TABLE chain (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    currency      TEXT    NOT NULL CHECK (length(currency) = 3),
    created_at_us INTEGER NOT NULL
) STRICT;

-- The migrations this file has been through; a fresh file counts as having been through all.
CREATE TABLE migrations (
    version       INTEGER PRIMARY KEY,
    name          TEXT    NOT NULL,
    checksum      TEXT    NOT NULL,
    applied_at_us INTEGER NOT NULL
) STRICT;

-- Shops. The time zone decides the business date of the sales written from now on.
CREATE TABLE stores (
    id       INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 9007199254740991),
    address  TEXT    NOT NULL CHECK (length(address) BETWEEN 1 AND 200),
    timezone TEXT    NOT NULL,
    name     TEXT             CHECK (length(name) BETWEEN 1 AND 200),
    archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1))
) STRICT;

-- What is sold. The unit of a product that has been sold never changes, so that quantities of
-- different units can never be added up.
CREATE TABLE products (
    id          INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 9007199254740991),
    name        TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    unit        TEXT    NOT NULL CHECK (length(unit) BETWEEN 1 AND 64),
    category    TEXT             CHECK (length(category) BETWEEN 1 AND 64),
    gtin        TEXT             CHECK (length(gtin) BETWEEN 8 AND 14),
    archived    INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1))
) STRICT;

-- One row a receipt, as it was counted. Its id grows with its arrival; receipt_id is the till's
-- own. The fingerprint is the BLAKE2b-64 of what was sent, and tells a repetition from a
-- conflict for as long as the file is kept. Nothing but a void ever changes a row.
CREATE TABLE sales (
    id                  INTEGER PRIMARY KEY,
    receipt_id          TEXT    NOT NULL UNIQUE CHECK (length(receipt_id) BETWEEN 1 AND 64),
    fingerprint         INTEGER NOT NULL,
    type                TEXT    NOT NULL CHECK (type IN ('sale', 'return')),
    store_id            INTEGER NOT NULL REFERENCES stores (id),
    till_id             TEXT    NOT NULL,
    series              TEXT    NOT NULL,
    sequence_number     INTEGER          CHECK (sequence_number >= 0),
    business_date       INTEGER NOT NULL,
    occurred_at_us      INTEGER NOT NULL,
    utc_offset_s        INTEGER NOT NULL,
    received_at_us      INTEGER NOT NULL,
    cashier_id          TEXT,
    promo_code          TEXT,
    original_receipt_id TEXT,
    reason              TEXT,
    gross_minor         INTEGER NOT NULL CHECK (gross_minor >= 0),
    discount_minor      INTEGER NOT NULL CHECK (discount_minor >= 0),
    amount_minor        INTEGER NOT NULL CHECK (amount_minor = gross_minor - discount_minor),
    tax_minor           INTEGER NOT NULL CHECK (tax_minor >= 0),
    line_count          INTEGER NOT NULL CHECK (line_count > 0),
    voided_at_us        INTEGER,
    void_reason         TEXT
) STRICT;

-- The receipts of a period, newest first, and everything that is asked of days.
CREATE INDEX sales_by_business_date
    ON sales (business_date, occurred_at_us);

-- The same within one shop; deleting a shop looks here too.
CREATE INDEX sales_by_store
    ON sales (store_id, business_date, occurred_at_us);

-- A till numbers its receipts, and no number twice.
CREATE UNIQUE INDEX sales_by_sequence
    ON sales (store_id, till_id, series, sequence_number)
 WHERE sequence_number IS NOT NULL;

-- What was on the receipt, a row a line, kept beside its receipt. The product is not a foreign
-- key here but in the totals, which are written in the same transaction: a key here would make
-- the deletion of a product read every line ever sold.
CREATE TABLE sale_lines (
    sale_id          INTEGER NOT NULL REFERENCES sales (id),
    line_no          INTEGER NOT NULL CHECK (line_no > 0),
    product_id       INTEGER NOT NULL,
    quantity_milli   INTEGER NOT NULL CHECK (quantity_milli > 0),
    unit_price_minor INTEGER          CHECK (unit_price_minor >= 0),
    gross_minor      INTEGER NOT NULL CHECK (gross_minor >= 0),
    discount_minor   INTEGER NOT NULL CHECK (discount_minor >= 0),
    amount_minor     INTEGER NOT NULL CHECK (amount_minor = gross_minor - discount_minor),
    tax_minor        INTEGER NOT NULL CHECK (tax_minor >= 0),
    PRIMARY KEY (sale_id, line_no)
) STRICT, WITHOUT ROWID;

-- How the receipt was paid, a row a means of payment.
CREATE TABLE sale_tenders (
    sale_id      INTEGER NOT NULL REFERENCES sales (id),
    tender_no    INTEGER NOT NULL CHECK (tender_no > 0),
    type         TEXT    NOT NULL CHECK (length(type) BETWEEN 1 AND 64),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    PRIMARY KEY (sale_id, tender_no)
) STRICT, WITHOUT ROWID;

-- The Idempotency-Key headers that came with sales, each bound to its sale for ever.
CREATE TABLE idempotency_keys (
    key     TEXT    PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 255),
    sale_id INTEGER NOT NULL REFERENCES sales (id)
) STRICT, WITHOUT ROWID;

-- Kept totals: written in the transaction that writes the receipt, so that a report reads a row
-- a day where it would read thousands of receipts. Returns are counted in returns_minor and
-- taken from quantity and tax; revenue is gross - discount - returns.

-- Each shop's business day. The key covers every report that asks about shops or days.
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

-- Deleting a shop looks here.
CREATE INDEX store_day_totals_by_store
    ON store_day_totals (store_id);

-- Each product's business day, all shops together: the days at the ends of a period.
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

-- Each product's month, all shops together: the whole months of a period.
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

-- Has this product ever been sold? Asked before one is deleted or its unit changed.
CREATE INDEX product_month_totals_by_product
    ON product_month_totals (product_id);
