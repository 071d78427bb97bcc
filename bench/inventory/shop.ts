import { readLines, type LineResult } from '../../embedded/shops/online-retail/lines.ts'
import { productIdOf } from '../../embedded/shops/online-retail/codes.ts'
import { DAY_MS } from '../../models/recommend/recommender.ts'
import { readDailyUnits } from '../forecast/daily-units.ts'

/** A product's days: those before the replay, and those that are replayed. */
export type ShopProduct = { product_id: string; known: Float64Array; actual: Float64Array; price: number }

/**
 * Products by the selection of `bench forecast`, which looks at the known days only; prices are the mean of the known days. `skip` days at
 * the end of the file are left out, so that the same can be replayed earlier.
 */
export async function readShop(
  { days, skip }: { days: number; skip: number },
  lines: AsyncIterable<LineResult> = readLines()
): Promise<ShopProduct[]> {
  const sales: Sale[] = []
  const { products, lastKnownDay } = await readDailyUnits(days + skip, listening(lines, sales))
  const sums = new Map<string, { units: number; amount: number }>()
  for (const { product_id, day, units, amount } of sales) {
    if (day > lastKnownDay) continue
    const own = sums.get(product_id) ?? { units: 0, amount: 0 }
    sums.set(product_id, { units: own.units + units, amount: own.amount + amount })
  }
  return products.map(({ product_id, known, actual }) => {
    const { units, amount } = sums.get(product_id) ?? { units: 1, amount: 0 }
    return { product_id, known, actual: actual.subarray(0, days), price: amount / units }
  })
}

type Sale = { product_id: string; day: number; units: number; amount: number }

async function* listening(lines: AsyncIterable<LineResult>, sales: Sale[]): AsyncGenerator<LineResult> {
  for await (const result of lines) {
    if (result.ok && result.line.quantity > 0 && Number(result.line.unit_price) > 0) {
      const { stock_code, quantity: units, unit_price, occurred_at } = result.line
      const day = Math.floor(Date.parse(occurred_at) / DAY_MS)
      sales.push({ product_id: productIdOf(stock_code), day, units, amount: units * Number(unit_price) })
    }
    yield result
  }
}

/** As it was known at the beginning of a replayed day. */
export function knownBefore({ known, actual }: ShopProduct, day: number): Float64Array {
  const whole = new Float64Array(known.length + day)
  whole.set(known)
  whole.set(actual.subarray(0, day), known.length)
  return whole
}
