-- All shops but those that are asked about.
SELECT id
  FROM stores
 WHERE id NOT IN (SELECT value FROM JSON_EACH(:store_ids));
