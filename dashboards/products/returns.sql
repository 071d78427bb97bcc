-- One row is a reason for which the product was given back in these days, the most frequent first.
SELECT if(said = '', 'not said', said) AS reason, count() AS lines, sum(back) AS units, median(days) AS days_between
FROM (SELECT reason AS said, units AS back, days_between AS days FROM mart.returns WHERE product_id = ${product_id:sqlstring} AND {days of day})
GROUP BY reason
ORDER BY lines DESC, reason
LIMIT 20
