-- The shops that are asked about.
SELECT value AS id
  FROM JSON_EACH(:store_ids);
