import { hash } from 'node:crypto'
import { kindOf, productIdOf, workIdOf } from './codes.ts'
import type { RetailLine } from './lines.ts'

/** A product as its lines describe it; what the file does not know is invented, and named in `simulated`. */
export type CatalogueProduct = {
  product_id: string
  work_id: string
  title: string
  attributes: Record<string, string>
  price: string | null
  unit_cost?: string
  lead_time_days: number
  simulated: string[]
  known_since: string
}
export type StockCount = { product_id: string; quantity: number; counted_at: string }

const DAY_MS = 86_400_000
const RECENT_DAYS = 56
const COVER_DAYS_MAX = 365

/**
 * The catalogue and a stock count, read from the sales. Title and price are the most frequent ones of the product's
 * priced lines. The file knows no stock, costs or lead times: they are drawn from the product's code, so that every
 * run draws the same, and marked.
 */
export function readCatalogue(lines: RetailLine[]): { products: CatalogueProduct[]; stock: StockCount[] } {
  const facts = collectFacts(lines)
  const end = Date.parse(lines.at(-1)?.occurred_at ?? '1970-01-01T00:00:00Z')
  const products = [...facts].map(([product_id, fact]) => describe(product_id, fact))
  const stock = [...facts].map(([product_id, { units_by_day }]) => ({
    product_id,
    quantity: drawStock(product_id, recentUnitsADay(units_by_day, end)),
    counted_at: new Date(end + 3_600_000).toISOString()
  }))
  return { products, stock }
}

type Facts = {
  known_since: string
  titles: Map<string, number>
  prices: Map<string, number>
  units_by_day: Map<number, number>
}

function collectFacts(lines: RetailLine[]): Map<string, Facts> {
  const facts = new Map<string, Facts>()
  for (const line of lines) {
    if (kindOf(line.stock_code) !== 'product') continue
    const product_id = productIdOf(line.stock_code)
    let fact = facts.get(product_id)
    if (!fact) {
      fact = { known_since: line.occurred_at, titles: new Map(), prices: new Map(), units_by_day: new Map() }
      facts.set(product_id, fact)
    }
    // Notes such as "damaged" or "?" stand on lines without a price.
    if (line.unit_price === '0' || line.unit_price.startsWith('-')) continue
    if (line.description) count(fact.titles, line.description.trim().replaceAll(/\s+/g, ' '), 1)
    if (line.quantity > 0) {
      count(fact.prices, line.unit_price, 1)
      count(fact.units_by_day, Math.floor(Date.parse(line.occurred_at) / DAY_MS), line.quantity)
    }
  }
  return facts
}

function describe(product_id: string, { known_since, titles, prices }: Facts): CatalogueProduct {
  const price = mostFrequent(prices) ?? null
  const cost =
    price === null ? undefined : (Number(price) * (0.4 + 0.25 * draw(product_id, 'cost'))).toFixed(2)
  return {
    product_id,
    work_id: workIdOf(product_id),
    title: mostFrequent(titles) ?? `Article ${product_id}`,
    attributes: {},
    price,
    ...(cost !== undefined && { unit_cost: cost }),
    lead_time_days: 3 + Math.floor(19 * draw(product_id, 'lead time')),
    simulated: cost === undefined ? ['lead_time_days'] : ['lead_time_days', 'unit_cost'],
    known_since
  }
}

/** One product in 24 is sold out; the others hold up to a year of their recent sales, and one unit at least. */
function drawStock(product_id: string, unitsADay: number): number {
  if (draw(product_id, 'sold out') < 1 / 24) return 0
  return Math.max(1, Math.round(unitsADay * COVER_DAYS_MAX * draw(product_id, 'cover')))
}

function recentUnitsADay(unitsByDay: Map<number, number>, endMs: number): number {
  const firstDay = Math.floor(endMs / DAY_MS) - RECENT_DAYS
  let units = 0
  for (const [day, sold] of unitsByDay) if (day > firstDay) units += sold
  return units / RECENT_DAYS
}

/** A number in [0, 1) that depends on nothing but the names. */
function draw(product_id: string, what: string): number {
  return Number.parseInt(hash('sha256', `${what}:${product_id}`).slice(0, 12), 16) / 2 ** 48
}

function count<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}

/** The later one of equals: a price or title that still holds. */
function mostFrequent(counts: Map<string, number>): string | undefined {
  let best: string | undefined
  for (const [key, times] of counts) if (times >= (counts.get(best ?? '') ?? 0)) best = key
  return best
}
