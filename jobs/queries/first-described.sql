-- One row is a product with the day on which it was first described: since then it could be sold.
SELECT product_id, toUInt32(toDate(min(occurred_at), {time_zone: String})) AS day_number
FROM raw.catalogue
WHERE type = 'product_upserted'
GROUP BY product_id
