-- Each shop's days of a short period, those on which it sold.
SELECT store_id AS id,
       business_date AS date,
       gross_minor,
       discount_minor,
       returns_minor
  FROM store_day_totals
 WHERE business_date BETWEEN :first AND :last
       AND (:store_ids IS NULL OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)));
