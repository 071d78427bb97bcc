import type { Random } from './random.ts'
import { waitUntil } from './wait-until.ts'
import type { BreakableWarehouse } from './warehouse.ts'

const HALF_MS_MAX = 30_000

export type BrokenView = {
  /** Until a block is in the raw table and not in the view's. */
  waitUntilHalf(): Promise<void>
  mend(): Promise<void>
}

/** One view of a raw table, drawn, throws for every row from now on; those before it still take theirs. */
export async function breakView(
  warehouse: BreakableWarehouse,
  source: string,
  random: Random
): Promise<BrokenView> {
  const views = await warehouse.rows<{ view: string; query: string }>(
    `SELECT concat(database, '.', name) AS view, as_select AS query FROM system.tables
     WHERE engine = 'MaterializedView' AND as_select LIKE '%FROM ${source}%' ORDER BY view`
  )
  const { view, query } = random.of(views)
  const change = (next: string) =>
    warehouse.client.command({ query: `ALTER TABLE ${view} MODIFY QUERY ${next}` })
  const held = await countRows(warehouse, source)
  // Of a constant the engine would notice at once that it throws.
  await change(
    `SELECT * FROM (${query}) WHERE throwIf(rowNumberInAllBlocks() >= 0, 'broken for a while') = 0`
  )
  return {
    waitUntilHalf: () =>
      waitUntil(
        `rows are in ${source} while ${view} fails`,
        HALF_MS_MAX,
        async () => (await countRows(warehouse, source)) > held
      ),
    mend: async () => void (await change(query))
  }
}

async function countRows(warehouse: BreakableWarehouse, table: string): Promise<number> {
  const [row] = await warehouse.rows<{ held: number }>(`SELECT toUInt32(count()) AS held FROM ${table}`)
  return row?.held ?? 0
}
