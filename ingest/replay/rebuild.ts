import type { ClickHouseClient } from '@clickhouse/client'
import { countRows, readMarts, type Mart } from '../checks/views.ts'

/**
 * Makes marts anew from the raw rows: into a shadow table, which then takes the place of the old one in one step, so
 * nobody ever reads half of it. It must be the only one that changes raw rows, and no range may be begun and not
 * finished: the new table does not know the tokens that the old one had seen, so a repeated insert would count twice.
 */
export async function rebuildMarts(
  client: ClickHouseClient,
  wanted: { names: 'all' | readonly string[] } | { source: string },
  told: (mart: string, rows: number) => void = () => {}
): Promise<void> {
  const marts = (await readMarts(client)).filter((mart) => !mart.is_refreshable)
  const chosen = chooseMarts(marts, wanted)
  for (const mart of chosen) told(mart.name, await rebuildMart(client, mart))
  // What the job sales has reckoned from them it reckons again.
  if (chosen.some(({ name }) => name.startsWith('mart.order_')))
    await client.command({ query: 'TRUNCATE TABLE ops.sales_progress' })
}

/** Refreshable marts are made anew by the engine itself, from the others. */
export async function refreshMarts(client: ClickHouseClient): Promise<void> {
  for (const mart of await readMarts(client)) {
    for (const { name } of mart.is_refreshable ? mart.fillers : []) {
      await client.command({ query: `SYSTEM REFRESH VIEW ${name}` })
      await client.command({ query: `SYSTEM WAIT VIEW ${name}` })
    }
  }
}

function chooseMarts(marts: Mart[], wanted: Parameters<typeof rebuildMarts>[1]): Mart[] {
  if ('source' in wanted) {
    return marts.filter(({ fillers }) => fillers.some(({ source }) => source === wanted.source))
  }
  const { names } = wanted
  if (names === 'all') return marts
  const known = new Set(marts.map(({ name }) => name))
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new Error(
      `no view fills ${unknown.join(', ')}; those that can be rebuilt: ${[...known].join(', ')}`
    )
  }
  return marts.filter(({ name }) => names.includes(name))
}

async function rebuildMart(client: ClickHouseClient, mart: Mart): Promise<number> {
  const shadow = `${mart.name}_shadow`
  // Left by a crash: after the exchange it is the old table, before it half of a new one.
  await client.command({ query: `DROP TABLE IF EXISTS ${shadow} SYNC` })
  await client.command({
    query: mart.create.replace(`CREATE TABLE ${mart.name} `, `CREATE TABLE ${shadow} `)
  })
  const columns = mart.columns.map(({ name }) => name).join(', ')
  let expected = 0
  for (const { select } of mart.fillers) {
    await client.command({
      query: `INSERT INTO ${shadow} (${columns}) SELECT ${columns} FROM (${select})`,
      // Two blocks of it may be equal.
      clickhouse_settings: { insert_deduplicate: 0, async_insert: 0 }
    })
    expected += await countRows(client, `(${select})`)
  }
  const rows = await countRows(client, shadow)
  if (mart.engine === 'MergeTree' && rows !== expected) {
    throw new Error(`${shadow} has ${rows} rows, its views give ${expected}: ${mart.name} stays as it was`)
  }
  await client.command({ query: `EXCHANGE TABLES ${mart.name} AND ${shadow}` })
  await client.command({ query: `DROP TABLE ${shadow} SYNC` })
  return rows
}
