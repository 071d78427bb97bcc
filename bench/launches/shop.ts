import { kindOf, productIdOf } from '../../embedded/shops/online-retail/codes.ts'
import { readLines, type LineResult } from '../../embedded/shops/online-retail/lines.ts'
import type { Launch } from '../../models/forecast/launch-curves.ts'
import { DAY_MS } from '../../models/recommend/recommender.ts'

/** A product from its first sale to the end of the file. */
export type Launched = Launch & { firstDay: number }
/** `trade`: lines sold a day, up to the last one. */
export type LaunchedShop = { lastDay: number; launches: Launched[]; trade: Float64Array }

/** What sold before that is no launch: the file begins in the middle of its life. */
const FIRST_DAYS = 60
const PRICE_BANDS = [1, 2, 5, 10]

/** The file has no categories, so price bands (of the first sale) stand for them. */
export async function readLaunches(lines: AsyncIterable<LineResult> = readLines()): Promise<LaunchedShop> {
  const sales = new Map<string, { day: number; units: number; price: number }[]>()
  let [firstDay, lastDay] = [Infinity, -Infinity]
  for await (const result of lines) {
    if (!result.ok) continue
    const { invoice, stock_code, quantity: units, unit_price, occurred_at } = result.line
    const price = Number(unit_price)
    if (!/^\d/.test(invoice) || kindOf(stock_code) !== 'product' || units <= 0 || price <= 0) continue
    const day = Math.floor(Date.parse(occurred_at) / DAY_MS)
    firstDay = Math.min(firstDay, day)
    lastDay = Math.max(lastDay, day)
    const own = sales.get(productIdOf(stock_code)) ?? []
    own.push({ day, units, price })
    sales.set(productIdOf(stock_code), own)
  }
  const launches = [...sales.values()].flatMap((own): Launched[] => {
    const first = own.reduce((earliest, sale) => (sale.day < earliest.day ? sale : earliest))
    if (first.day < firstDay + FIRST_DAYS) return []
    const units = new Float64Array(lastDay - first.day + 1)
    for (const sale of own) units[sale.day - first.day] = (units[sale.day - first.day] ?? 0) + sale.units
    const band = PRICE_BANDS.findIndex((price) => first.price < price)
    return [{ firstDay: first.day, category: `price band ${band}`, units }]
  })
  const trade = new Float64Array(lastDay - firstDay + 1)
  for (const own of sales.values())
    for (const { day } of own) trade[day - firstDay] = (trade[day - firstDay] ?? 0) + 1
  return { lastDay, launches, trade }
}
