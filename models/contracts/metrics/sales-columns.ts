/**
 * Columns of `mart.sales` that are summed: each may be added up over any lines, whatever they are grouped by. Its
 * projections hold exactly these sums by day, so a figure made of them is read from there.
 */
export const salesColumns = [
  'gross_amount',
  'refund_amount',
  'net_amount',
  'discount_amount',
  'cost_amount',
  'costed_amount',
  'units_sold',
  'units_refunded',
  'order_count',
  'line_count'
] as const
