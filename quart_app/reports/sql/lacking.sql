-- What a period's figures lack, by store: receipts that are held, numbers of tills that never came,
-- and the days on which a till was silent. Only what is lacking is read: three indexes hold nothing
-- else. A gap is a thousand million numbers at most: a mistyped number must not add up to more than
-- there are integers. Today counts by this hour, to the quarter: a till is silent that had sent something by now on
-- three of the last four of this weekday.
SELECT 'held' AS what,
       store_id,
       '' AS till_id,
       COUNT(*) AS value
  FROM held_sales
 WHERE status = 'held'
       AND business_date BETWEEN :first AND :last
       AND (:store_ids IS NULL OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
 GROUP BY store_id
UNION ALL
SELECT 'missing',
       store_id,
       '',
       SUM(MIN(last_missing - first_missing + 1, 1000000000))
  FROM till_gaps
 WHERE MIN(date_before, date_after) <= :last
       AND MAX(date_before, date_after) >= :first
       AND (:store_ids IS NULL OR store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
 GROUP BY store_id
UNION ALL
SELECT 'silent',
       till_days.store_id,
       till_days.till_id,
       till_days.business_date
  FROM till_days
       INNER JOIN stores ON stores.id = till_days.store_id
 WHERE till_days.heard = 0
       AND till_days.weeks IN (7, 11, 13, 14, 15)
       AND till_days.business_date BETWEEN :first AND MIN(:last, :latest_today)
       AND (:store_ids IS NULL
            OR till_days.store_id IN (SELECT value FROM JSON_EACH(:store_ids)))
       AND stores.archived = 0
       AND (till_days.business_date < :earliest_today
            OR EXISTS (
                SELECT 1
                  FROM JSON_EACH(:todays) AS today
                 WHERE today.key = stores.timezone
                       AND (till_days.business_date < today.value
                            OR (till_days.business_date = today.value
                                AND 3 <= (
                    SELECT COUNT(DISTINCT before.business_date)
                      FROM till_day_totals AS before
                     WHERE before.business_date IN (
                               till_days.business_date - 7,
                               till_days.business_date - 14,
                               till_days.business_date - 21,
                               till_days.business_date - 28)
                           AND before.store_id = till_days.store_id
                           AND before.till_id = till_days.till_id
                           AND before.first_occurred_at_us
                               + (till_days.business_date - before.business_date) * 86400000000
                               <= :now_us)))));
