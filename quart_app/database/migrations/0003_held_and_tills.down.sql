-- What is known of tills can be worked out again from the receipts; held receipts cannot.

CREATE TEMP TABLE nothing_is_held (held INTEGER NOT NULL CHECK (held = 0));

INSERT INTO nothing_is_held (held) SELECT COUNT(*) FROM held_sales;

DROP TABLE nothing_is_held;

DROP TABLE till_day_totals;

DROP TABLE till_days;

DROP TABLE till_gaps;

DROP TABLE tills;

DROP TABLE held_keys;

DROP TABLE held_sales;
