-- In which categories do customers give most back?
SELECT
  category, currency, sum(units_sold) AS sold, -sum(units_refunded) AS returned,
  -toFloat64(sum(refund_amount)) / nullIf(toFloat64(sum(gross_amount)), 0) AS share_of_money
FROM mart.sales_by_category
WHERE kind = 'product'
GROUP BY category, currency
HAVING sold > 0
ORDER BY share_of_money DESC
LIMIT 50
