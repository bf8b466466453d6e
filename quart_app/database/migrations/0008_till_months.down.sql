-- It can be worked out again from the days.

DROP TABLE till_month_totals;
