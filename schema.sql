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

-- Receipts that cannot be counted yet, each kept whole as it was sent, with the reasons. A newcomer
-- has the identity of another receipt and other content; the one that came first has the identity.
-- What a receipt waits for stands in lacked_store_id, lacked_products and countable_at_us; one that
-- waits is tried again by itself. Settled ones stay as the record of what became of them.
CREATE TABLE held_sales (
    id              INTEGER PRIMARY KEY,
    status          TEXT    NOT NULL CHECK (status IN ('held', 'counted', 'discarded')),
    receipt_id      TEXT    NOT NULL CHECK (length(receipt_id) BETWEEN 1 AND 64),
    fingerprint     INTEGER NOT NULL,
    is_newcomer     INTEGER NOT NULL CHECK (is_newcomer IN (0, 1)),
    idempotency_key TEXT             CHECK (length(idempotency_key) BETWEEN 1 AND 255),
    store_id        INTEGER NOT NULL,
    till_id         TEXT    NOT NULL,
    series          TEXT    NOT NULL,
    sequence_number INTEGER          CHECK (sequence_number >= 0),
    business_date   INTEGER NOT NULL,
    received_at_us  INTEGER NOT NULL,
    document        TEXT    NOT NULL,
    reasons         TEXT    NOT NULL,
    lacked_store_id INTEGER,
    lacked_products TEXT    NOT NULL,
    countable_at_us INTEGER,
    waits           INTEGER NOT NULL CHECK (waits IN (0, 1)),
    voided_at_us    INTEGER,
    void_reason     TEXT,
    settled_at_us   INTEGER,
    discard_reason  TEXT
) STRICT;

-- The same receipt sent again is one copy.
CREATE UNIQUE INDEX held_sales_by_content
    ON held_sales (receipt_id, fingerprint)
 WHERE status = 'held';

-- Whose identity it is, as long as nothing is counted under it.
CREATE UNIQUE INDEX held_sales_by_receipt
    ON held_sales (receipt_id)
 WHERE status = 'held' AND is_newcomer = 0;

-- The same by the idempotency key it came with.
CREATE UNIQUE INDEX held_sales_by_key
    ON held_sales (idempotency_key)
 WHERE status = 'held' AND is_newcomer = 0 AND idempotency_key IS NOT NULL;

-- The numbers of tills that held receipts have taken.
CREATE INDEX held_sales_by_number
    ON held_sales (store_id, till_id, series, sequence_number)
 WHERE status = 'held' AND is_newcomer = 0 AND sequence_number IS NOT NULL;

-- What a period's figures lack, and whether a till that sent only these was heard of.
CREATE INDEX held_sales_by_date
    ON held_sales (business_date, store_id, till_id)
 WHERE status = 'held';

-- Those that are tried again when the catalogue or the time has moved on.
CREATE INDEX held_sales_waiting
    ON held_sales (id)
 WHERE status = 'held' AND waits = 1;

-- Further idempotency keys that a held receipt came with, until it is counted.
CREATE TABLE held_keys (
    key     TEXT    PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 255),
    held_id INTEGER NOT NULL REFERENCES held_sales (id)
) STRICT, WITHOUT ROWID;

-- The keys of a receipt that is counted now.
CREATE INDEX held_keys_by_receipt
    ON held_keys (held_id);

-- Each till and series: its last receipt, how far its clock is ahead, its smallest and its largest
-- number. The numbers in between are all here, counted, held or discarded, but for the gaps.
CREATE TABLE tills (
    store_id            INTEGER NOT NULL,
    till_id             TEXT    NOT NULL,
    series              TEXT    NOT NULL,
    last_receipt_id     TEXT    NOT NULL,
    last_occurred_at_us INTEGER NOT NULL,
    last_received_at_us INTEGER NOT NULL,
    clock_skew_us       INTEGER NOT NULL,
    first_number        INTEGER,
    first_number_date   INTEGER,
    last_number         INTEGER,
    last_number_date    INTEGER,
    PRIMARY KEY (store_id, till_id, series)
) STRICT, WITHOUT ROWID;

-- The numbers of a till that never came, with the business dates of the receipts around them.
CREATE TABLE till_gaps (
    id            INTEGER PRIMARY KEY,
    store_id      INTEGER NOT NULL,
    till_id       TEXT    NOT NULL,
    series        TEXT    NOT NULL,
    first_missing INTEGER NOT NULL,
    last_missing  INTEGER NOT NULL CHECK (last_missing >= first_missing),
    date_before   INTEGER NOT NULL,
    date_after    INTEGER NOT NULL,
    UNIQUE (store_id, till_id, series, first_missing)
) STRICT;

-- On which days a till was heard of, and in which of the four weeks before it was on the same weekday
-- (the last week is bit 1, the one before bit 2, ...). A row may be of a day to come.
CREATE TABLE till_days (
    business_date INTEGER NOT NULL,
    store_id      INTEGER NOT NULL,
    till_id       TEXT    NOT NULL,
    heard         INTEGER NOT NULL CHECK (heard IN (0, 1)),
    weeks         INTEGER NOT NULL CHECK (weeks BETWEEN 0 AND 15),
    PRIMARY KEY (business_date, store_id, till_id)
) STRICT, WITHOUT ROWID;

-- The days on which a till was silent: not heard of, though it was in three of the four weeks before.
CREATE INDEX till_days_silent
    ON till_days (business_date, store_id, till_id)
 WHERE heard = 0 AND weeks IN (7, 11, 13, 14, 15);

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

-- Each till's and cashier's business day. The row stays when all its receipts are voided: the till
-- was heard of that day.
CREATE TABLE till_day_totals (
    business_date        INTEGER NOT NULL,
    store_id             INTEGER NOT NULL REFERENCES stores (id),
    till_id              TEXT    NOT NULL,
    cashier_id           TEXT    NOT NULL,
    first_occurred_at_us INTEGER NOT NULL,
    gross_minor          INTEGER NOT NULL,
    discount_minor       INTEGER NOT NULL,
    returns_minor        INTEGER NOT NULL,
    receipts             INTEGER NOT NULL,
    return_receipts      INTEGER NOT NULL,
    voids                INTEGER NOT NULL,
    PRIMARY KEY (business_date, store_id, till_id, cashier_id)
) STRICT, WITHOUT ROWID;

-- The first receipt of a till's day: it was heard of, and is expected on the same weekday.
CREATE TRIGGER till_day_totals_heard
 AFTER INSERT ON till_day_totals
 BEGIN
    INSERT INTO till_days (business_date, store_id, till_id, heard, weeks)
    VALUES (NEW.business_date, NEW.store_id, NEW.till_id, 1, 0),
           (NEW.business_date + 7, NEW.store_id, NEW.till_id, 0, 1),
           (NEW.business_date + 14, NEW.store_id, NEW.till_id, 0, 2),
           (NEW.business_date + 21, NEW.store_id, NEW.till_id, 0, 4),
           (NEW.business_date + 28, NEW.store_id, NEW.till_id, 0, 8)
        ON CONFLICT (business_date, store_id, till_id)
        DO UPDATE
       SET heard = MAX(heard, excluded.heard),
           weeks = weeks | excluded.weeks;
 END;

-- Each product's business day, all shops together: the days at the ends of a period. What was
-- sold is quantity + returned.
CREATE TABLE product_day_totals (
    business_date  INTEGER NOT NULL,
    product_id     INTEGER NOT NULL,
    quantity_milli INTEGER NOT NULL,
    gross_minor    INTEGER NOT NULL,
    discount_minor INTEGER NOT NULL,
    returns_minor  INTEGER NOT NULL,
    lines          INTEGER NOT NULL,
    returned_milli INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (business_date, product_id)
) STRICT, WITHOUT ROWID;

-- Each product's month, all shops together: the whole months of a period. The ranks are what was
-- sold, before returns, rounded down to its first digit (1234 is 1000): enough to find the few
-- products that can be among the first, and seldom another one.
CREATE TABLE product_month_totals (
    business_month      INTEGER NOT NULL,
    product_id          INTEGER NOT NULL REFERENCES products (id),
    quantity_milli      INTEGER NOT NULL,
    gross_minor         INTEGER NOT NULL,
    discount_minor      INTEGER NOT NULL,
    returns_minor       INTEGER NOT NULL,
    lines               INTEGER NOT NULL,
    returned_milli      INTEGER NOT NULL DEFAULT 0,
    last_sold_on        INTEGER,
    unit                TEXT    NOT NULL DEFAULT '',
    quantity_rank_milli INTEGER NOT NULL DEFAULT 0,
    revenue_rank_minor  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (business_month, product_id)
) STRICT, WITHOUT ROWID;

-- Has this product ever been sold? Asked before one is deleted or its unit changed.
CREATE INDEX product_month_totals_by_product
    ON product_month_totals (product_id);

-- The products of one unit that may be sold most in a month. The many that sell little are left
-- out: a product's first sales of a month need not be written here.
CREATE INDEX product_month_totals_by_quantity
    ON product_month_totals (business_month, unit, quantity_rank_milli)
 WHERE quantity_rank_milli >= 10000;

-- The products that may earn most in a month.
CREATE INDEX product_month_totals_by_revenue
    ON product_month_totals (business_month, revenue_rank_minor)
 WHERE revenue_rank_minor >= 10000;

-- Each category's business day within one unit, all shops together; no category is ''. A product
-- is in the category that it has now: see the trigger below.
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

-- The days of a category, for the trigger below.
CREATE INDEX category_day_totals_by_category
    ON category_day_totals (category, unit);

-- Each shop's month: the whole months of a period.
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

-- Each till's and cashier's month: the whole months of a period. The row stays when all its
-- receipts are voided, as a till's day does.
CREATE TABLE till_month_totals (
    business_month  INTEGER NOT NULL,
    store_id        INTEGER NOT NULL,
    till_id         TEXT    NOT NULL,
    cashier_id      TEXT    NOT NULL,
    gross_minor     INTEGER NOT NULL,
    discount_minor  INTEGER NOT NULL,
    returns_minor   INTEGER NOT NULL,
    receipts        INTEGER NOT NULL,
    return_receipts INTEGER NOT NULL,
    voids           INTEGER NOT NULL,
    PRIMARY KEY (business_month, store_id, till_id, cashier_id)
) STRICT, WITHOUT ROWID;

-- Each hour of each business day by the shops' clocks, all shops together: hours, and the days of
-- the whole chain. The hour is counted from 1970-01-01 local time: a day that begins at 04:00 has
-- hours of the next calendar day.
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

-- Each means of payment's business day, all shops together: received less given back.
CREATE TABLE tender_day_totals (
    business_date   INTEGER NOT NULL,
    tender          TEXT    NOT NULL,
    amount_minor    INTEGER NOT NULL,
    receipts        INTEGER NOT NULL,
    return_receipts INTEGER NOT NULL,
    PRIMARY KEY (business_date, tender)
) STRICT, WITHOUT ROWID;

-- Each promo code's business day, all shops together.
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

-- A product that moves to another category takes what it sold along, day by day. The days of its
-- old category are all that it can have been sold on.
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

-- Access keys, each by the SHA-256 of its text, which is shown once and kept nowhere. A key of a till
-- is bound to one store. Revoked ones stay: that any was ever made closes the service for good.
CREATE TABLE access_keys (
    id              INTEGER PRIMARY KEY,
    hash            BLOB    NOT NULL UNIQUE CHECK (length(hash) = 32),
    role            TEXT    NOT NULL CHECK (role IN ('till', 'reader', 'manager')),
    name            TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    store_id        INTEGER          REFERENCES stores (id),
    created_at_us   INTEGER NOT NULL,
    expires_on      INTEGER,
    last_used_at_us INTEGER,
    revoked_at_us   INTEGER,
    CHECK ((role = 'till') = (store_id IS NOT NULL))
) STRICT;

-- Deleting a shop looks here.
CREATE INDEX access_keys_by_store
    ON access_keys (store_id);

-- Who did what, when, to which thing, from where: changes of the catalogue and of keys, voids, what
-- became of held receipts. Written with the change itself, and never changed.
CREATE TABLE audit_records (
    id      INTEGER PRIMARY KEY,
    at_us   INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    role    TEXT    NOT NULL,
    key_id  INTEGER,
    origin  TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    detail  TEXT    NOT NULL
) STRICT;

-- The record of a period, newest first.
CREATE INDEX audit_records_by_time
    ON audit_records (at_us);

-- People who sign in to the pages. An owner sees every store, a manager those of people_stores. A
-- password is kept as an argon2id hash; until there is one, the SHA-256 of a code that lets its
-- person choose it. E-mail addresses are kept in lower case.
CREATE TABLE people (
    id               INTEGER PRIMARY KEY,
    email            TEXT    NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 200),
    name             TEXT    NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    role             TEXT    NOT NULL CHECK (role IN ('owner', 'manager')),
    language         TEXT             CHECK (language IN ('en', 'ru')),
    password_hash    TEXT,
    invitation_hash  BLOB             UNIQUE CHECK (length(invitation_hash) = 32),
    invited_until_us INTEGER,
    created_at_us    INTEGER NOT NULL,
    CHECK ((invitation_hash IS NULL) = (invited_until_us IS NULL))
) STRICT;

-- The stores that a manager sees.
CREATE TABLE people_stores (
    person_id INTEGER NOT NULL REFERENCES people (id),
    store_id  INTEGER NOT NULL REFERENCES stores (id) ON DELETE CASCADE,
    PRIMARY KEY (person_id, store_id)
) STRICT, WITHOUT ROWID;

-- Deleting a shop looks here.
CREATE INDEX people_stores_by_store
    ON people_stores (store_id);

-- Browsers in which somebody is signed in, each by the SHA-256 of its token.
CREATE TABLE sign_ins (
    hash            BLOB    PRIMARY KEY CHECK (length(hash) = 32),
    person_id       INTEGER NOT NULL REFERENCES people (id),
    signed_in_at_us INTEGER NOT NULL,
    last_seen_at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Ending every sign-in of a person looks here.
CREATE INDEX sign_ins_by_person
    ON sign_ins (person_id);

-- What people wrote down about a day: of a shop, or of the whole chain where store_id is NULL. The
-- writer's name stays when its person is removed; nobody but an owner can remove such a note then.
CREATE TABLE notes (
    id            INTEGER PRIMARY KEY,
    business_date INTEGER NOT NULL,
    store_id      INTEGER          REFERENCES stores (id) ON DELETE CASCADE,
    text          TEXT    NOT NULL CHECK (length(text) BETWEEN 1 AND 500),
    writer_id     INTEGER          REFERENCES people (id) ON DELETE SET NULL,
    writer        TEXT    NOT NULL,
    written_at_us INTEGER NOT NULL,
    changed_at_us INTEGER
) STRICT;

-- The notes of a period.
CREATE INDEX notes_by_day
    ON notes (business_date);

-- Deleting a shop looks here.
CREATE INDEX notes_by_store
    ON notes (store_id);

-- Removing a person looks here.
CREATE INDEX notes_by_writer
    ON notes (writer_id);

-- Who asked for the daily digest by e-mail, in which language unless the profile names one, and
-- the last business date they need no digest of any more.
CREATE TABLE digests (
    person_id INTEGER PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
    language  TEXT    NOT NULL CHECK (language IN ('en', 'ru')),
    sent_for  INTEGER NOT NULL
) STRICT;
