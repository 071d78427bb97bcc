-- One row is a supplier of whom something was, or was not, to be ordered.
SELECT DISTINCT supplier_id
FROM mart.replenishment
WHERE supplier_id != ''
ORDER BY supplier_id
LIMIT 1000
