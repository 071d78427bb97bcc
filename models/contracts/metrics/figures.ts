/**
 * Figures that need more than the lines of sales: each with the one query that gives it, over the marts. Every query
 * takes `{from: Date}` and `{to: Date}`, both included, in the shop's days, and gives the columns named in `by` and
 * `value`; null where there is nothing to divide by.
 */
export type Figure = {
  name: string
  meaning: string
  unit: 'share' | 'ratio' | 'days'
  /** What one row of the answer is, besides the days asked for. */
  by: readonly string[]
  sql: string
}

/** Stock at cost, of each product and currency, at the end of a day. Costs are those of the last description. */
const stockAtCost = (day: string) => `
  SELECT product_id, currency, argMax(on_hand, day) * toFloat64(any(unit_cost)) AS cost
  FROM mart.stock_history
  INNER JOIN (SELECT product_id, currency, unit_cost FROM mart.products WHERE isNotNull(unit_cost)) AS product USING (product_id)
  WHERE day <= ${day}
  GROUP BY product_id, currency`

/** What was sold of these days at cost, with the mean of the stock before the first day and after the last, by currency. */
const SOLD_AND_STOCK = `
(
  SELECT currency, toFloat64(sum(cost_amount)) AS cost, toFloat64(sum(costed_amount)) - cost AS margin
  FROM mart.sales_by_product
  WHERE day BETWEEN {from: Date} AND {to: Date}
  GROUP BY currency
) AS sold
INNER JOIN
(
  SELECT currency, sum(cost) / 2 AS average_cost
  FROM (${stockAtCost('{from: Date} - 1')} UNION ALL ${stockAtCost('{to: Date}')})
  GROUP BY currency
) AS stock USING (currency)`

const UNITS_AND_STOCK = `
  SELECT product_id, sum(sold) AS units, sum(left) AS on_hand
  FROM
  (
    SELECT toString(product_id) AS product_id, toFloat64(sum(units_sold)) AS sold, 0 AS left
    FROM mart.sales_by_product
    WHERE day BETWEEN {from: Date} AND {to: Date} AND product_id != ''
    GROUP BY product_id
    UNION ALL
    SELECT product_id, 0, toFloat64(argMax(on_hand, day))
    FROM mart.stock_history
    WHERE day <= {to: Date}
    GROUP BY product_id
  )
  GROUP BY product_id`

export const figures: readonly Figure[] = [
  {
    name: 'conversion',
    meaning: 'Sessions in which an order was placed, as a share of all sessions',
    unit: 'share',
    by: [],
    sql: `SELECT sum(ordered) / nullIf(sum(sessions), 0) AS value
FROM mart.funnel_daily
WHERE day BETWEEN {from: Date} AND {to: Date}`
  },
  {
    name: 'repeat_rate',
    meaning:
      'Customers who had paid an order before, or paid two or more in these days, as a share of those who paid one',
    unit: 'share',
    by: [],
    sql: `SELECT countIf(before > 0 OR during > 1) / nullIf(count(), 0) AS value
FROM
(
  SELECT customer_id, sumIf(order_count, day < {from: Date}) AS before, sumIf(order_count, day >= {from: Date}) AS during
  FROM mart.sales
  WHERE day <= {to: Date} AND customer_id != ''
  GROUP BY customer_id
  HAVING during > 0
)`
  },
  {
    name: 'sell_through',
    meaning: 'Units sold as a share of those units and what was on hand at the end',
    unit: 'share',
    by: ['product_id'],
    sql: `SELECT product_id, units / nullIf(units + greatest(on_hand, 0), 0) AS value
FROM (${UNITS_AND_STOCK})`
  },
  {
    name: 'days_of_cover',
    meaning: 'Days that the stock at the end lasts at the pace of these days',
    unit: 'days',
    by: ['product_id'],
    sql: `SELECT product_id, greatest(on_hand, 0) / nullIf(units / ({to: Date} - {from: Date} + 1), 0) AS value
FROM (${UNITS_AND_STOCK})`
  },
  {
    name: 'gmroi',
    meaning:
      'Gross margin return on inventory investment: margin_amount of these days for each unit of money in stock at cost, the mean of before and after',
    unit: 'ratio',
    by: ['currency'],
    sql: `SELECT currency, margin / nullIf(average_cost, 0) AS value
FROM ${SOLD_AND_STOCK}`
  },
  {
    name: 'turnover',
    meaning:
      'Times that the stock was sold: cost_amount of these days by stock at cost, the mean of before and after',
    unit: 'ratio',
    by: ['currency'],
    sql: `SELECT currency, cost / nullIf(average_cost, 0) AS value
FROM ${SOLD_AND_STOCK}`
  },
  {
    name: 'attach_rate',
    meaning:
      'Orders with both works as a share of the orders with the first. Of all days: from and to change nothing',
    unit: 'share',
    by: ['work_id', 'other_work_id'],
    sql: 'SELECT work_id, other_work_id, confidence AS value\nFROM mart.affinity'
  },
  {
    name: 'lift',
    meaning:
      'How much more often two works are in one order than by chance, which is 1. Of all days, like attach_rate',
    unit: 'ratio',
    by: ['work_id', 'other_work_id'],
    sql: 'SELECT work_id, other_work_id, lift AS value\nFROM mart.affinity'
  },
  {
    name: 'zero_result_rate',
    meaning: 'Searches that found nothing, as a share of all searches',
    unit: 'share',
    by: [],
    sql: `SELECT sum(zero_result_searches) / nullIf(sum(searches), 0) AS value
FROM mart.searches
WHERE day BETWEEN {from: Date} AND {to: Date}`
  },
  {
    name: 'recommendation_click_rate',
    meaning: 'Recommended products that were clicked, as a share of those that came into view',
    unit: 'share',
    by: ['placement', 'source'],
    sql: `SELECT placement, source, sum(clicked) / nullIf(sum(viewed), 0) AS value
FROM mart.recommendation_outcomes
WHERE day BETWEEN {from: Date} AND {to: Date}
GROUP BY placement, source`
  },
  {
    name: 'utilisation',
    meaning: 'Copy-days out, as a share of the copy-days in service',
    unit: 'share',
    by: ['product_id'],
    sql: `SELECT product_id, sum(days_out) / nullIf(sum(copies), 0) AS value
FROM mart.rental_utilisation
WHERE day BETWEEN {from: Date} AND {to: Date}
GROUP BY product_id`
  }
]
