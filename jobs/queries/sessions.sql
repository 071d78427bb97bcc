-- One row is a recent session, as its sender named it: its works in the order in which each first came up, at least two, and of
-- one visitor only so many, or a program could say what comes next. Latest first. The clock is the last event: a shop that
-- rests is judged by its own time.
WITH (SELECT least(max(occurred_at), now64(3)) FROM raw.behaviour) AS latest
SELECT works AS work_ids
FROM
(
  SELECT
    session_id, argMax(visitor, last_at) AS visitor, max(last_at) AS ended_at,
    arraySlice(arrayMap(one -> one.2, arraySort(groupArray((first_at, work_id)))), 1, {items_max:UInt32}) AS works
  FROM
  (
    SELECT
      session_id, product.work_id AS work_id, min(occurred_at) AS first_at, max(occurred_at) AS last_at,
      argMax(if(user_id != '', concat('u:', user_id), concat('a:', anonymous_id)), occurred_at) AS visitor
    FROM raw.behaviour AS event
    INNER JOIN (SELECT product_id, work_id FROM mart.products WHERE NOT retired) AS product USING (product_id)
    WHERE type IN ('product_viewed', 'product_clicked', 'recommendation_clicked', 'cart_added', 'wishlist_added')
      AND session_id != '' AND NOT is_bot AND occurred_at > latest - toIntervalDay({days:UInt32})
    GROUP BY session_id, work_id
  )
  GROUP BY session_id
  HAVING length(works) > 1
  ORDER BY ended_at DESC, session_id
  LIMIT {visitor_sessions_max:UInt32} BY visitor
)
ORDER BY ended_at DESC, session_id
LIMIT {sessions_max:UInt32}
