-- One row is an artist of whom something is sold.
SELECT DISTINCT attributes['artist'] AS artist
FROM mart.products
WHERE attributes['artist'] != '' AND NOT retired
ORDER BY artist
LIMIT 2000
