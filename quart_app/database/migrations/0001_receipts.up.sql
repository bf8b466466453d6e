-- The catalogue and the receipts, with what counts each exactly once.

CREATE TABLE chain (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    currency      TEXT    NOT NULL CHECK (length(currency) = 3),
    created_at_us INTEGER NOT NULL
) STRICT;

CREATE TABLE migrations (
    version       INTEGER PRIMARY KEY,
    name          TEXT    NOT NULL,
    checksum      TEXT    NOT NULL,
    applied_at_us INTEGER NOT NULL
) STRICT;

CREATE TABLE stores (
    id       INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 9007199254740991),
    address  TEXT    NOT NULL CHECK (length(address) BETWEEN 1 AND 200),
    timezone TEXT    NOT NULL,
    name     TEXT             CHECK (length(name) BETWEEN 1 AND 200),
    archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1))
) STRICT;

CREATE TABLE products (
    id          INTEGER PRIMARY KEY CHECK (id BETWEEN 1 AND 9007199254740991),
    name        TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    price_minor INTEGER NOT NULL CHECK (price_minor >= 0),
    unit        TEXT    NOT NULL CHECK (length(unit) BETWEEN 1 AND 64),
    category    TEXT             CHECK (length(category) BETWEEN 1 AND 64),
    gtin        TEXT             CHECK (length(gtin) BETWEEN 8 AND 14),
    archived    INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1))
) STRICT;

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

CREATE INDEX sales_by_business_date
    ON sales (business_date, occurred_at_us);

CREATE INDEX sales_by_store
    ON sales (store_id, business_date, occurred_at_us);

CREATE UNIQUE INDEX sales_by_sequence
    ON sales (store_id, till_id, series, sequence_number)
 WHERE sequence_number IS NOT NULL;

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

CREATE TABLE sale_tenders (
    sale_id      INTEGER NOT NULL REFERENCES sales (id),
    tender_no    INTEGER NOT NULL CHECK (tender_no > 0),
    type         TEXT    NOT NULL CHECK (length(type) BETWEEN 1 AND 64),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
    PRIMARY KEY (sale_id, tender_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
    key     TEXT    PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 255),
    sale_id INTEGER NOT NULL REFERENCES sales (id)
) STRICT, WITHOUT ROWID;
