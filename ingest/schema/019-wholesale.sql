-- One row is a product in a month with trade of it, refunds included. Sell-in is what shops bought of us, sell-through
-- what people bought. What shops still hold is the difference so far: that says something where people buy only what came
-- through wholesale.
CREATE VIEW IF NOT EXISTS mart.wholesale
(
  product_id LowCardinality(String) COMMENT 'Product',
  month Date COMMENT 'First day of the month, in the shop''s zone',
  currency LowCardinality(String) COMMENT 'ISO 4217',
  sell_in_units Int64 COMMENT 'Units sold less refunded on channel wholesale',
  sell_in_amount Decimal(38, 4) COMMENT 'Net amount of those',
  sell_through_units Int64 COMMENT 'Units sold less refunded on all other channels, rental left out',
  sell_through_amount Decimal(38, 4) COMMENT 'Net amount of those',
  sell_in_units_so_far Int64 COMMENT 'Sell-in of this and all earlier months',
  sell_through_units_so_far Int64 COMMENT 'Sell-through of this and all earlier months',
  sell_through_rate Nullable(Float64) COMMENT 'sell_through_units_so_far ÷ sell_in_units_so_far; null when nothing was sold in',
  weeks_of_cover Nullable(Float64) COMMENT '(sell_in_units_so_far - sell_through_units_so_far) ÷ units sold through a week in this and the two months before it; null when shops hold nothing or sold nothing'
)
AS
SELECT
  product_id, month, currency, sell_in_units, sell_in_amount, sell_through_units, sell_through_amount,
  sell_in_units_so_far, sell_through_units_so_far, if(sell_in_units_so_far > 0, sell_through_units_so_far / sell_in_units_so_far, NULL) AS sell_through_rate,
  if(sell_in_units_so_far > sell_through_units_so_far AND recent_units > 0,
    (sell_in_units_so_far - sell_through_units_so_far) / (recent_units / (dateDiff('day', addMonths(month, -2), addMonths(month, 1)) / 7)), NULL) AS weeks_of_cover
FROM
(
  SELECT
    *, sum(sell_in_units) OVER (PARTITION BY product_id, currency ORDER BY month) AS sell_in_units_so_far,
    sum(sell_through_units) OVER (PARTITION BY product_id, currency ORDER BY month) AS sell_through_units_so_far,
    sum(sell_through_units) OVER (PARTITION BY product_id, currency ORDER BY toInt32(toRelativeMonthNum(month)) RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) AS recent_units
  FROM
  (
    SELECT
      product_id, toStartOfMonth(day) AS month, currency,
      sumIf(units_sold + units_refunded, channel = 'wholesale') AS sell_in_units, sumIf(net_amount, channel = 'wholesale') AS sell_in_amount,
      sumIf(units_sold + units_refunded, channel NOT IN ('wholesale', 'rental')) AS sell_through_units, sumIf(net_amount, channel NOT IN ('wholesale', 'rental')) AS sell_through_amount
    FROM mart.sales
    WHERE kind = 'product'
    GROUP BY product_id, month, currency
    HAVING sum(line_count) > 0
  )
)
COMMENT 'Sell-in to shops against sell-through to people, by product and month'
