-- What each shop had sold on a day up to a time by its own clock: :wall_clocks has for each zone the
-- local time until which, in microseconds since 1970. Receipts are not in the order of the shops'
-- clocks where those were put back, so the instant only bounds what is read.
SELECT sales.store_id AS id,
       SUM(CASE sales.type WHEN 'sale' THEN sales.gross_minor ELSE 0 END) AS gross_minor,
       SUM(CASE sales.type WHEN 'sale' THEN sales.discount_minor ELSE 0 END) AS discount_minor,
       SUM(CASE sales.type WHEN 'sale' THEN 0 ELSE sales.amount_minor END) AS returns_minor,
       SUM(CASE sales.type WHEN 'sale' THEN 1 ELSE 0 END) AS receipts
  FROM JSON_EACH(:wall_clocks) AS clock
       CROSS JOIN stores ON stores.timezone = clock.key
       CROSS JOIN sales ON sales.store_id = stores.id
 WHERE sales.business_date = :first
       AND sales.occurred_at_us <= :latest_us
       AND sales.occurred_at_us + sales.utc_offset_s * 1000000 <= clock.value
       AND sales.voided_at_us IS NULL
       AND (:store_ids IS NULL OR stores.id IN (SELECT value FROM JSON_EACH(:store_ids)))
 GROUP BY sales.store_id;
