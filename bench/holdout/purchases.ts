import { kindOf, productIdOf, workIdOf } from '../../embedded/shops/online-retail/codes.ts'
import { readLines, type LineResult } from '../../embedded/shops/online-retail/lines.ts'
import { GUEST, type CustomerPurchases } from '../../models/recommend/questions.ts'
import type { Interactions } from '../../models/recommend/recommender.ts'
import type { ShopData } from '../../models/recommend/served-models.ts'

/** Product lines that were bought, oldest first: parallel columns. Numbers of baskets, customers and works stay the same in every part. */
export type Purchases = CustomerPurchases & {
  basketCount: number
  customerCount: number
  workCount: number
  baskets: Uint32Array
  /** What the line called the product. */
  titles: readonly string[]
}

export async function readPurchases(lines: AsyncIterable<LineResult> = readLines()): Promise<Purchases> {
  const baskets = new Map<string, number>()
  const customers = new Map<string, number>()
  const works = new Map<string, number>()
  const rows: [basket: number, customer: number, work: number, occurredAtMs: number, title: string][] = []
  for await (const result of lines) {
    if (!result.ok) continue
    const { invoice, stock_code, quantity, customer_id, occurred_at, description } = result.line
    // C cancels and A adjusts; neither is somebody buying.
    if (quantity <= 0 || !/^\d/.test(invoice) || kindOf(stock_code) !== 'product') continue
    rows.push([
      numberOf(baskets, invoice),
      customer_id ? numberOf(customers, customer_id) : GUEST,
      numberOf(works, workIdOf(productIdOf(stock_code))),
      Date.parse(occurred_at),
      description
    ])
  }
  rows.sort((a, b) => a[3] - b[3])
  return {
    basketCount: baskets.size,
    customerCount: customers.size,
    workCount: works.size,
    baskets: Uint32Array.from(rows, (row) => row[0]),
    customers: Int32Array.from(rows, (row) => row[1]),
    works: Uint32Array.from(rows, (row) => row[2]),
    occurredAtMs: Float64Array.from(rows, (row) => row[3]),
    titles: rows.map((row) => row[4])
  }
}

function numberOf(numbers: Map<string, number>, id: string): number {
  const number = numbers.get(id) ?? numbers.size
  numbers.set(id, number)
  return number
}

/** Copies, so that what was hidden is not in the memory of what was handed on. */
export function splitAt(purchases: Purchases, cutMs: number): { training: Purchases; window: Purchases } {
  const after = purchases.occurredAtMs.findIndex((at) => at > cutMs)
  const length = after < 0 ? purchases.occurredAtMs.length : after
  return { training: slice(purchases, 0, length), window: slice(purchases, length) }
}

function slice(purchases: Purchases, from: number, to?: number): Purchases {
  return {
    ...purchases,
    baskets: purchases.baskets.slice(from, to),
    customers: purchases.customers.slice(from, to),
    works: purchases.works.slice(from, to),
    occurredAtMs: purchases.occurredAtMs.slice(from, to),
    titles: purchases.titles.slice(from, to)
  }
}

/** Guests count: their baskets say as much as anybody's. */
export function basketInteractions(purchases: Purchases): Interactions {
  return {
    unitCount: purchases.basketCount,
    itemCount: purchases.workCount,
    units: purchases.baskets,
    items: purchases.works,
    weights: new Float32Array(purchases.works.length).fill(1),
    occurredAtMs: purchases.occurredAtMs
  }
}

/** Without guests; a unit is a customer. */
export function knownInteractions(purchases: Purchases): Interactions {
  const rows = Uint32Array.from(purchases.customers.keys()).filter(
    (row) => purchases.customers[row] !== GUEST
  )
  return {
    unitCount: purchases.customerCount,
    itemCount: purchases.workCount,
    units: rows.map((row) => purchases.customers[row] ?? 0),
    items: rows.map((row) => purchases.works[row] ?? 0),
    weights: new Float32Array(rows.length).fill(1),
    occurredAtMs: Float64Array.from(rows, (row) => purchases.occurredAtMs[row] ?? 0)
  }
}

/** What the jobs would know; a document is a title, since the file has nothing else. */
export function shopDataOf(purchases: Purchases, nowMs: number): ShopData {
  const documents = titlesOf(purchases).map((title) => ({ title, attributes: {} }))
  return { interactions: basketInteractions(purchases), documents, nowMs }
}

/** Each work by the name that its lines used most; empty for works not bought yet. */
function titlesOf({ workCount, works, titles }: Purchases): string[] {
  const counts = Array.from({ length: workCount }, () => new Map<string, number>())
  works.forEach((work, row) => {
    const title = titles[row] ?? ''
    counts[work]?.set(title, (counts[work].get(title) ?? 0) + 1)
  })
  return counts.map((names) => [...names].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '')
}
