import type { Table } from 'apache-arrow'
import type { Interactions } from '../models/recommend/recommender.ts'

/** Numbers for names, in the order of first use. */
export function createIndex(names: Iterable<string> = []) {
  const numbers = new Map<string, number>()
  const list: string[] = []
  const numberOf = (name: string): number => {
    let number = numbers.get(name)
    if (number === undefined) {
      number = list.length
      numbers.set(name, number)
      list.push(name)
    }
    return number
  }
  for (const name of names) numberOf(name)
  return { list, numberOf, find: (name: string) => numbers.get(name) }
}

/**
 * Purchases as a recommender wants them. Units are customers; a guest's order is a unit of its own, because nothing ties
 * it to another. Works that are no longer in the catalogue are left out.
 */
export function readInteractions(purchases: Table, works: ReturnType<typeof createIndex>): Interactions {
  const rowCount = purchases.numRows
  const units = createIndex()
  const columns = ['customer_id', 'order_id', 'work_id', 'occurred_at_ms'].map((name) =>
    purchases.getChild(name)
  )
  const [customers, orders, workIds, times] = columns
  const kept = {
    units: new Uint32Array(rowCount),
    items: new Uint32Array(rowCount),
    occurredAtMs: new Float64Array(rowCount)
  }
  let count = 0
  for (let row = 0; row < rowCount; row++) {
    const item = works.find(String(workIds?.get(row)))
    if (item === undefined) continue
    const customer = String(customers?.get(row))
    kept.units[count] = units.numberOf(customer ? `u:${customer}` : `o:${String(orders?.get(row))}`)
    kept.items[count] = item
    kept.occurredAtMs[count++] = Number(times?.get(row))
  }
  return {
    unitCount: units.list.length,
    itemCount: works.list.length,
    units: kept.units.subarray(0, count),
    items: kept.items.subarray(0, count),
    weights: new Float32Array(count).fill(1),
    occurredAtMs: kept.occurredAtMs.subarray(0, count)
  }
}
