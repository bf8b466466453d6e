-- The products whose ids are given; no bound, since nobody asks for others.
SELECT value AS product_id,
       0 AS bound
  FROM JSON_EACH(:product_ids);
