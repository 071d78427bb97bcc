import { replayDays, type Decision } from '../../models/inventory/replay.ts'
import type { Policy, Rhythm } from './policies.ts'
import type { ShopProduct } from './shop.ts'

export type Prices = { marginShare: number; yearlyCarryShare: number; orderCost: number }
export type PlayOptions = {
  rhythm: Rhythm
  prices: Prices
  warmUpDays: number
  report: (line: string) => void
}

/** What a whole shop's days came to under one setting of a policy. */
export type Played = {
  setting: number
  fillRate: number
  /** The same in money: a unit counts what it sells for. */
  fillRateValue: number
  /** Product-days on which something was asked for that was not there. */
  stockOutDays: number
  averageStock: number
  /** At cost. */
  averageStockValue: number
  orders: number
  /** Carrying, ordering and the margin of what could not be sold. */
  cost: number
  /** Of each product, for intervals. */
  byProduct: { demanded: Float64Array; filled: Float64Array; stock: Float64Array }
}
export type Curve = { name: string; points: Played[] }

const DAYS_A_YEAR = 365

/** A policy decides on review days only, and is shown no day before it is over. */
export function playPolicy(shop: readonly ShopProduct[], policy: Policy, options: PlayOptions): Curve {
  const { reviewDays } = options.rhythm
  const days = shop[0]?.actual.length ?? 0
  const decisions: Decision[][][] = []
  for (let day = 0; day < days; day += reviewDays) {
    options.report(`${policy.name}: day ${day} of ${days}`)
    decisions.push(policy.decideAll(shop, day))
  }
  return {
    name: policy.name,
    points: policy.settings.map((setting, at) => {
      const decide = (row: number, day: number) =>
        decisions[Math.floor(day / reviewDays)]?.[at]?.[row] ?? NEVER
      return { setting, ...playSetting(shop, decide, options) }
    })
  }
}

const NEVER: Decision = { reorder_point: -1, order_up_to: 0 }

function playSetting(
  shop: readonly ShopProduct[],
  decide: (row: number, day: number) => Decision,
  { rhythm, prices, warmUpDays }: PlayOptions
): Omit<Played, 'setting'> {
  let [demanded, filled, demandedValue, filledValue, stock, stockValue] = [0, 0, 0, 0, 0, 0]
  let [stockOutDays, orders, carried] = [0, 0, 0]
  const each = () => new Float64Array(shop.length)
  const byProduct = { demanded: each(), filled: each(), stock: each() }
  shop.forEach(({ actual, price }, row) => {
    const { leadTimeDays, reviewDays } = rhythm
    const own = replayDays(actual, {
      leadTimeDays,
      reviewDays,
      warmUpDays,
      decide: (day) => decide(row, day)
    })
    const unitCost = price * (1 - prices.marginShare)
    byProduct.demanded[row] = own.demanded
    byProduct.filled[row] = own.filled
    byProduct.stock[row] = own.stockDays / own.days
    demanded += own.demanded
    filled += own.filled
    demandedValue += own.demanded * price
    filledValue += own.filled * price
    stock += own.stockDays / own.days
    stockValue += (own.stockDays / own.days) * unitCost
    carried += (own.stockDays * unitCost * prices.yearlyCarryShare) / DAYS_A_YEAR
    stockOutDays += own.stockOutDays
    orders += own.orders
  })
  return {
    fillRate: filled / demanded,
    fillRateValue: filledValue / demandedValue,
    stockOutDays,
    averageStock: stock,
    averageStockValue: stockValue,
    orders,
    byProduct,
    cost: carried + orders * prices.orderCost + (demandedValue - filledValue) * prices.marginShare
  }
}
