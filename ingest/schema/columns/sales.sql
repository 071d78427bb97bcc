-- What is summed of sales, in the table and in the marts over it.
  gross_amount Decimal(18, 4) COMMENT 'Sold, discounts taken off, before refunds',
  refund_amount Decimal(18, 4) COMMENT 'Given back, as a negative amount',
  net_amount Decimal(18, 4) COMMENT 'gross_amount + refund_amount',
  discount_amount Decimal(18, 4) COMMENT 'Discount lines of what was sold, as a negative amount; part of gross_amount',
  cost_amount Decimal(38, 4) COMMENT 'What the goods cost the shop when sold, less those that came back',
  costed_amount Decimal(18, 4) COMMENT 'net_amount of the lines whose cost is known',
  units_sold Int32 COMMENT 'Units of products sold',
  units_refunded Int32 COMMENT 'Units of products refunded, as a negative number',
  order_count Int8 COMMENT '1 on one line of each order that was paid',
  line_count Int32 COMMENT '1 a line; negative where it takes one back',
  cost_is_simulated Bool COMMENT 'Whether the cost behind cost_amount is invented'
