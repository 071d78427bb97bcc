-- Why do records come back, and how soon?
SELECT reason, count() AS lines, sum(units) AS units, sum(refund_amount) AS money, currency, median(days_between) AS days_after_the_sale
FROM mart.returns
GROUP BY reason, currency
ORDER BY lines DESC
LIMIT 50
