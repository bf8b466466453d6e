-- Receipts that wait to be counted, and what is known of tills: the last word, numbers, days.

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

CREATE UNIQUE INDEX held_sales_by_content
    ON held_sales (receipt_id, fingerprint)
 WHERE status = 'held';

CREATE UNIQUE INDEX held_sales_by_receipt
    ON held_sales (receipt_id)
 WHERE status = 'held' AND is_newcomer = 0;

CREATE UNIQUE INDEX held_sales_by_key
    ON held_sales (idempotency_key)
 WHERE status = 'held' AND is_newcomer = 0 AND idempotency_key IS NOT NULL;

CREATE INDEX held_sales_by_number
    ON held_sales (store_id, till_id, series, sequence_number)
 WHERE status = 'held' AND is_newcomer = 0 AND sequence_number IS NOT NULL;

CREATE INDEX held_sales_by_date
    ON held_sales (business_date, store_id, till_id)
 WHERE status = 'held';

CREATE INDEX held_sales_waiting
    ON held_sales (id)
 WHERE status = 'held' AND waits = 1;

CREATE TABLE held_keys (
    key     TEXT    PRIMARY KEY CHECK (length(key) BETWEEN 1 AND 255),
    held_id INTEGER NOT NULL REFERENCES held_sales (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX held_keys_by_receipt
    ON held_keys (held_id);

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

CREATE TABLE till_days (
    business_date INTEGER NOT NULL,
    store_id      INTEGER NOT NULL,
    till_id       TEXT    NOT NULL,
    heard         INTEGER NOT NULL CHECK (heard IN (0, 1)),
    weeks         INTEGER NOT NULL CHECK (weeks BETWEEN 0 AND 15),
    PRIMARY KEY (business_date, store_id, till_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX till_days_silent
    ON till_days (business_date, store_id, till_id)
 WHERE heard = 0 AND weeks IN (7, 11, 13, 14, 15);

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

INSERT INTO till_day_totals (
       business_date, store_id, till_id, cashier_id, first_occurred_at_us, gross_minor,
       discount_minor, returns_minor, receipts, return_receipts, voids)
SELECT business_date,
       store_id,
       till_id,
       COALESCE(cashier_id, ''),
       MIN(occurred_at_us),
       SUM(CASE WHEN voided_at_us IS NULL AND type = 'sale' THEN gross_minor ELSE 0 END),
       SUM(CASE WHEN voided_at_us IS NULL AND type = 'sale' THEN discount_minor ELSE 0 END),
       SUM(CASE WHEN voided_at_us IS NULL AND type = 'return' THEN amount_minor ELSE 0 END),
       SUM(CASE WHEN voided_at_us IS NULL AND type = 'sale' THEN 1 ELSE 0 END),
       SUM(CASE WHEN voided_at_us IS NULL AND type = 'return' THEN 1 ELSE 0 END),
       SUM(CASE WHEN voided_at_us IS NULL THEN 0 ELSE 1 END)
  FROM sales
 GROUP BY business_date, store_id, till_id, COALESCE(cashier_id, '');

INSERT INTO tills (
       store_id, till_id, series, last_receipt_id, last_occurred_at_us, last_received_at_us,
       clock_skew_us, first_number, last_number, first_number_date, last_number_date)
SELECT last.store_id,
       last.till_id,
       last.series,
       sales.receipt_id,
       sales.occurred_at_us,
       sales.received_at_us,
       sales.occurred_at_us - sales.received_at_us,
       last.first_number,
       last.last_number,
       (SELECT business_date
          FROM sales AS first
         WHERE first.store_id = last.store_id
               AND first.till_id = last.till_id
               AND first.series = last.series
               AND first.sequence_number = last.first_number),
       (SELECT business_date
          FROM sales AS final
         WHERE final.store_id = last.store_id
               AND final.till_id = last.till_id
               AND final.series = last.series
               AND final.sequence_number = last.last_number)
  FROM (SELECT store_id,
               till_id,
               series,
               MAX(id) AS id,
               MIN(sequence_number) AS first_number,
               MAX(sequence_number) AS last_number
          FROM sales
         GROUP BY store_id, till_id, series) AS last
       INNER JOIN sales ON sales.id = last.id;

INSERT INTO till_gaps (
       store_id, till_id, series, first_missing, last_missing, date_before, date_after)
SELECT store_id,
       till_id,
       series,
       number_before + 1,
       sequence_number - 1,
       date_before,
       business_date
  FROM (SELECT store_id,
               till_id,
               series,
               sequence_number,
               business_date,
               LAG(sequence_number) OVER by_number AS number_before,
               LAG(business_date) OVER by_number AS date_before
          FROM sales
         WHERE sequence_number IS NOT NULL
        WINDOW by_number AS (
               PARTITION BY store_id, till_id, series ORDER BY sequence_number)) AS numbered
 WHERE sequence_number > number_before + 1;
