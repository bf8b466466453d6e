-- What each store's figures lack: see lacking.sql.
SELECT stores.id AS store_id,
       stores.address,
       COALESCE(SUM(CASE lacking.what WHEN 'held' THEN lacking.value END), 0) AS held,
       COALESCE(SUM(CASE lacking.what WHEN 'missing' THEN lacking.value END), 0)
           AS missing_receipts,
       COUNT(DISTINCT CASE lacking.what WHEN 'silent' THEN lacking.till_id END) AS silent_tills,
       (SELECT MAX(tills.last_occurred_at_us)
          FROM tills
         WHERE tills.store_id = stores.id) AS last_receipt_at
  FROM stores
       LEFT JOIN lacking ON lacking.store_id = stores.id
 WHERE (:store_ids IS NULL
        OR stores.id IN (SELECT value FROM JSON_EACH(:store_ids)))
 GROUP BY stores.id;
