-- One row is a fifth of customers by how recently they bought, the most recent first, with how often they did.
SELECT recency_score, countIf(frequency_score = 1) AS frequency_1, countIf(frequency_score = 2) AS frequency_2, countIf(frequency_score = 3) AS frequency_3, countIf(frequency_score = 4) AS frequency_4, countIf(frequency_score = 5) AS frequency_5
FROM mart.customer_value
WHERE currency = '{SHOP_CURRENCY}'
GROUP BY recency_score
ORDER BY recency_score DESC
