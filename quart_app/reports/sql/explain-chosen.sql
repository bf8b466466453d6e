-- The receipts that a row of a report is about, by what is asked of them.
SELECT id,
       receipt_id,
       type,
       store_id,
       till_id,
       business_date,
       occurred_at_us,
       utc_offset_s,
       gross_minor,
       discount_minor,
       amount_minor
  FROM sales
 WHERE business_date BETWEEN :first AND :last
       AND (:store_ids IS NULL OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
       AND (:as_of IS NULL OR received_at_us <= :as_of)
       AND (voided_at_us IS NULL OR voided_at_us > :as_of)
       AND (:till_id IS NULL OR till_id = :till_id)
       AND (:cashier_id IS NULL OR COALESCE(cashier_id, '') = :cashier_id)
       AND (:promo_code IS NULL OR promo_code = :promo_code)
       AND (:hour IS NULL
            OR (occurred_at_us / 1000000 + utc_offset_s) / 3600 % 24 = :hour)
       AND (:weekday IS NULL
            OR ((occurred_at_us / 1000000 + utc_offset_s) / 86400 + 3) % 7 + 1 = :weekday);
