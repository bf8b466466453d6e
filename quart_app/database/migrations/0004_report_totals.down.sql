-- Everything here can be worked out again from the receipts.

DROP TRIGGER products_move_category;

DROP TABLE promo_day_totals;

DROP TABLE tender_day_totals;

DROP TABLE hour_totals;

DROP TABLE store_month_totals;

DROP TABLE category_day_totals;

DROP INDEX product_month_totals_by_revenue;

DROP INDEX product_month_totals_by_quantity;

ALTER TABLE product_month_totals DROP COLUMN revenue_rank_minor;

ALTER TABLE product_month_totals DROP COLUMN quantity_rank_milli;

ALTER TABLE product_month_totals DROP COLUMN unit;

ALTER TABLE product_month_totals DROP COLUMN last_sold_on;

ALTER TABLE product_month_totals DROP COLUMN returned_milli;

ALTER TABLE product_day_totals DROP COLUMN returned_milli;
