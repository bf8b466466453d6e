-- What each receipt adds to a figure, as a whole; beside it all that is told of the receipt, since
-- the receipts of a year are too many to be looked up again.
SELECT receipt_id,
       type,
       store_id,
       till_id,
       business_date,
       occurred_at_us,
       utc_offset_s,
       id,
       CASE type WHEN 'sale' THEN gross_minor ELSE 0 END AS gross_minor,
       CASE type WHEN 'sale' THEN discount_minor ELSE 0 END AS discount_minor,
       CASE type WHEN 'sale' THEN 0 ELSE amount_minor END AS returns_minor,
       NULL AS quantity_milli,
       NULL AS amount_minor
  FROM chosen;
