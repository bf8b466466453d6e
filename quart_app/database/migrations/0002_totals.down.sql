-- Everything here can be worked out again from the receipts.

DROP TABLE product_month_totals;

DROP TABLE product_day_totals;

DROP TABLE store_day_totals;
