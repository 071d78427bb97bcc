import type { SalesQuestion } from './sales-query.ts'
import { writeSalesQuery } from './sales-query.ts'

export type MoversQuestion = Pick<SalesQuestion, 'from' | 'to' | 'filters' | 'time_zone' | 'shop_time_zone'> &
  Required<Pick<SalesQuestion, 'compared'>> & { direction: 'falling' | 'rising'; limit: number }

/** Every product of both times is weighed before the first few are taken; no shop has so many. */
const PRODUCTS_MAX = 10_000_000

/** Products whose net sales changed most, in money: a large product that sells a fifth less matters more than a small one. */
export function writeMoversQuery({ direction, limit, ...asked }: MoversQuestion) {
  const { query, query_params } = writeSalesQuery({
    ...asked,
    grain: 'total',
    figures: ['net_amount', 'units_sold'],
    dimensions: ['product_id'],
    limit: PRODUCTS_MAX
  })
  const change = 'toDecimal128(net_amount, 4) - toDecimal128(previous_net_amount, 4)'
  return {
    query: `
    SELECT *
    FROM (${query})
    WHERE ${change} ${direction === 'falling' ? '<' : '>'} 0
    ORDER BY ${change} ${direction === 'falling' ? 'ASC' : 'DESC'}, product_id, currency
    LIMIT {movers: UInt32}`,
    query_params: { ...query_params, movers: limit }
  }
}
