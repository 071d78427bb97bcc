-- One row is a reason of refunds, the most frequent first.
SELECT if(reason = '', 'not said', reason) AS reason, count() AS lines, sum(units) AS units, toFloat64(sum(refund_amount)) AS refund_amount, median(days_between) AS days_between
FROM mart.returns
WHERE {days of day} AND currency = '{SHOP_CURRENCY}'
GROUP BY reason
ORDER BY lines DESC, reason
LIMIT 20
