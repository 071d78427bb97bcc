-- One row is all rentals as they are now; none when nothing was ever rented.
SELECT
  countIf(state = 'out') AS out, countIf(state = 'out' AND due_at < now64(3, 'UTC')) AS overdue, countIf(state = 'lost') AS lost,
  toFloat64(sumIf(rental.deposit_held, currency = '{SHOP_CURRENCY}')) AS deposit_held
FROM mart.rentals AS rental
HAVING count() > 0
