import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generatePairs } from '../../bench/neighbours/generate.ts'
import { startWarehouse, type WarehouseProcess } from '../../embedded/start-warehouse.ts'
import { createIndex } from '../../jobs/interactions.ts'
import { readWarehouseNeighbours } from '../../jobs/warehouse-neighbours.ts'
import { fitItemLists } from '../../models/recommend/item-neighbours.ts'
import { cosine, degreeNormalised } from '../../models/recommend/kernels.ts'
import { matrixOf } from '../../models/recommend/matrix.ts'

const ITEMS = 3_000
const UNITS = 6_000
const UNIT_ITEMS_MAX = 40
const pairs = generatePairs({ userCount: UNITS, itemCount: ITEMS, pairCount: 80_000, seed: 3 })
const interactions = {
  unitCount: UNITS,
  itemCount: ITEMS,
  units: pairs.users,
  items: pairs.items,
  // Some decayed, most alike: there are ties, and a unit's strongest items are not its first.
  weights: Float32Array.from(pairs.items, (_, at) => (at % 5 === 0 ? 0.5 + (at % 7) / 10 : 1)),
  occurredAtMs: new Float64Array(pairs.items.length)
}
const matrix = matrixOf(interactions, { itemsMax: UNIT_ITEMS_MAX })

let warehouse: WarehouseProcess
let clickhouse: ClickHouseClient
const dataDir = mkdtempSync(join(tmpdir(), 'flipside-neighbours-'))
beforeAll(async () => {
  warehouse = await startWarehouse({ dataDir })
  clickhouse = createClient({ url: warehouse.url, username: warehouse.user, password: warehouse.password })
  await clickhouse.command({ query: 'CREATE DATABASE shop' })
  await clickhouse.command({
    query:
      'CREATE TABLE shop.entries (unit UInt32, item UInt32, weight Float32) ENGINE = MergeTree ORDER BY unit'
  })
  const rows = Array.from(interactions.units, (unit, at) => {
    const [item, weight] = [interactions.items[at], interactions.weights[at]]
    // What is bought again, and weighs less, changes nothing.
    return at % 9 === 0
      ? [
          [unit, item, weight],
          [unit, item, 0.1]
        ]
      : [[unit, item, weight]]
  })
  await clickhouse.insert({ table: 'shop.entries', values: rows.flat(), format: 'JSONCompactEachRow' })
})
afterAll(async () => {
  await clickhouse.close()
  await warehouse.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const exponents = { unitExponent: 0.5, sourceExponent: 0.4, targetExponent: 0.3 }
const halves = { unitExponent: 0, sourceExponent: 0.5, targetExponent: 0.5 }

it.each([
  {
    name: 'the degree-normalised kernel',
    kernel: degreeNormalised(exponents),
    ...exponents,
    degreePower: 1,
    parts: 3
  },
  { name: 'cosine', kernel: cosine, ...halves, degreePower: 2, parts: 1 }
] as const)(
  'the engine lists the same 20 neighbours of every item: $name',
  async ({ kernel, ...options }) => {
    const index = createIndex(Array.from({ length: ITEMS }, (_, item) => String(item)))
    for (const keep of ['targets per source', 'sources per target'] as const) {
      const here = fitItemLists(matrix, kernel, { neighboursMax: 20, keep, from: 0, to: ITEMS })
      const there = await readWarehouseNeighbours(clickhouse, index, {
        ...options,
        database: 'shop',
        table: 'entries',
        neighboursMax: 20,
        keep,
        unitItemsMax: UNIT_ITEMS_MAX
      })
      expect(there.map(({ indexes }) => [...indexes])).toEqual(here.map(({ indexes }) => [...indexes]))
      const differences = here.flatMap(({ scores }, item) =>
        Array.from(scores, (score, rank) => Math.abs(score - (there[item]?.scores[rank] ?? NaN)))
      )
      expect(differences.length).toBeGreaterThan(ITEMS)
      expect(Math.max(...differences)).toBeLessThan(1e-5)
    }
  }
)
