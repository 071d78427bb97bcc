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

/** Purchases as a recommender wants them: a unit is an order. Works that left the catalogue are left out. */
export function readInteractions(purchases: Table, works: ReturnType<typeof createIndex>): Interactions {
  const rowCount = purchases.numRows
  const orders = createIndex()
  const [orderIds, workIds, times] = ['order_id', 'work_id', 'occurred_at_ms'].map((name) =>
    purchases.getChild(name)
  )
  const units = new Uint32Array(rowCount)
  const items = new Uint32Array(rowCount)
  const occurredAtMs = new Float64Array(rowCount)
  let count = 0
  for (let row = 0; row < rowCount; row++) {
    const item = works.find(String(workIds?.get(row)))
    if (item === undefined) continue
    units[count] = orders.numberOf(String(orderIds?.get(row)))
    items[count] = item
    occurredAtMs[count++] = Number(times?.get(row))
  }
  return {
    unitCount: orders.list.length,
    itemCount: works.list.length,
    units: units.subarray(0, count),
    items: items.subarray(0, count),
    weights: new Float32Array(count).fill(1),
    occurredAtMs: occurredAtMs.subarray(0, count)
  }
}
