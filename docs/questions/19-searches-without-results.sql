-- What do people search for that we do not have?
SELECT query, sum(searches) AS searches, sum(visitors) AS visitors, sum(zero_result_searches) AS found_nothing
FROM mart.searches
GROUP BY query
HAVING found_nothing > 0
ORDER BY found_nothing DESC
LIMIT 50
