import type { ServedReplenishment } from '../../models/contracts/served-stock.ts'
import { moneyOfParts, partsOf } from './money.ts'

type Line = Pick<ServedReplenishment, 'currency' | 'order_cost' | 'order_value'> & { quantity: number }

export const lineOf = ({ currency, order, order_cost, order_value }: ServedReplenishment): Line => ({
  currency,
  quantity: order.quantity,
  order_cost,
  order_value
})

/** Sums by currency, the most lines first: money of two currencies has no sum. */
export function totalsOf(lines: Iterable<Line>) {
  const sums = new Map<
    string,
    { lines: number; units: number; cost: number; value: number; without: number }
  >()
  for (const { currency, quantity, order_cost, order_value } of lines) {
    const sum = sums.get(currency) ?? { lines: 0, units: 0, cost: 0, value: 0, without: 0 }
    sum.lines++
    sum.units += quantity
    sum.cost += partsOf(order_cost ?? 0)
    sum.value += partsOf(order_value ?? 0)
    if (order_cost === null && quantity > 0) sum.without++
    sums.set(currency, sum)
  }
  return [...sums]
    .toSorted(([, a], [, b]) => b.lines - a.lines)
    .map(([currency, { lines, units, cost, value, without }]) => ({
      currency,
      lines,
      units,
      cost: moneyOfParts(cost),
      value: moneyOfParts(value),
      lines_without_cost: without
    }))
}
