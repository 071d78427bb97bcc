-- One row: the last day with sales, or none when there never were any.
SELECT max(day) AS day FROM mart.sales_by_day HAVING count() > 0
