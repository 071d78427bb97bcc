import { kindOf, productIdOf } from '../../embedded/shops/online-retail/codes.ts'
import { readLines, type LineResult } from '../../embedded/shops/online-retail/lines.ts'
import { DAY_MS } from '../../models/recommend/recommender.ts'
import type { HeldOutPanel } from './held-out.ts'

/** A product's days from its first sale on, split where the future begins. */
export type HeldOut = {
  product_id: string
  known: Float64Array
  actual: Float64Array
  /** Takings of the last `horizonDays` known days, in the file's currency. */
  revenue: number
}
export type DailyUnits = { lastKnownDay: number; products: HeldOut[] }

const SALE_DAYS_MIN = 10
const HISTORY_DAYS_MIN = 120

/** Every calendar day counts, closed ones too, up to the last day of the file; its last `horizonDays` are held out. */
export async function readDailyUnits(
  horizonDays: number,
  lines: AsyncIterable<LineResult> = readLines()
): Promise<DailyUnits> {
  const sales = new Map<string, { day: number; units: number; amount: number }[]>()
  let lastDay = -Infinity
  for await (const result of lines) {
    if (!result.ok) continue
    const { invoice, stock_code, quantity, unit_price, occurred_at } = result.line
    const amount = Number(unit_price) * quantity
    // Free lines move stock that nobody bought; C cancels and A adjusts.
    if (!/^\d/.test(invoice) || kindOf(stock_code) !== 'product' || quantity <= 0 || amount <= 0) continue
    // The shop never sold around midnight, so that London's day is UTC's.
    const day = Math.floor(Date.parse(occurred_at) / DAY_MS)
    lastDay = Math.max(lastDay, day)
    const product_id = productIdOf(stock_code)
    const own = sales.get(product_id) ?? []
    own.push({ day, units: quantity, amount })
    sales.set(product_id, own)
  }
  const lastKnownDay = lastDay - horizonDays
  const products = [...sales]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([product_id, own]) => {
      const known = own.filter(({ day }) => day <= lastKnownDay)
      const firstDay = known.reduce((first, { day }) => Math.min(first, day), Infinity)
      if (new Set(known.map(({ day }) => day)).size < SALE_DAYS_MIN) return []
      if (lastKnownDay - firstDay + 1 < HISTORY_DAYS_MIN) return []
      const units = new Float64Array(lastDay - firstDay + 1)
      for (const sale of own) units[sale.day - firstDay] = (units[sale.day - firstDay] ?? 0) + sale.units
      const revenue = known
        .filter(({ day }) => day > lastKnownDay - horizonDays)
        .reduce((sum, { amount }) => sum + amount, 0)
      const length = units.length - horizonDays
      return [{ product_id, known: units.slice(0, length), actual: units.slice(length), revenue }]
    })
  return { lastKnownDay, products }
}

/** Online Retail held out for its last days: products weigh what they took in the horizon before the split. */
export async function heldOutDays({
  horizon,
  season
}: {
  horizon: number
  season: number
}): Promise<HeldOutPanel> {
  const { products } = await readDailyUnits(horizon)
  return {
    name: 'Online Retail',
    ids: products.map(({ product_id }) => product_id),
    known: products.map(({ known }) => known),
    actual: products.map(({ actual }) => actual),
    weights: products.map(({ revenue }) => revenue),
    season,
    horizon,
    isDemand: true
  }
}
