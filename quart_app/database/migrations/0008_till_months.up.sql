-- Totals of tills by month, added up from those by day.

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

INSERT INTO till_month_totals (
       business_month, store_id, till_id, cashier_id, gross_minor, discount_minor, returns_minor,
       receipts, return_receipts, voids)
SELECT CAST(STRFTIME('%Y%m', business_date * 86400, 'unixepoch') AS INTEGER),
       store_id,
       till_id,
       cashier_id,
       SUM(gross_minor),
       SUM(discount_minor),
       SUM(returns_minor),
       SUM(receipts),
       SUM(return_receipts),
       SUM(voids)
  FROM till_day_totals
 GROUP BY 1, 2, 3, 4;
