-- One row is the stock of the product at the end of a day on which it moved.
SELECT toDateTime(day, '{SHOP_TIME_ZONE}') AS time, on_hand
FROM mart.stock_history
WHERE product_id = ${product_id:sqlstring} AND {days of day}
ORDER BY time
