import type { ClickHouseClient } from '@clickhouse/client'
import type { Check } from './facts.ts'
import { readMarts, selectAgain, type Filler, type Mart } from './views.ts'
import { windowCondition, type Window } from './windows.ts'

/**
 * Every table that views fill equals what the views' own queries give when they run again, over the rows of the windows.
 * A table that does not say where in the log each row came from can only be compared whole.
 */
export async function listMarts(
  client: ClickHouseClient,
  windows: readonly Window[],
  { isFull }: { isFull: boolean }
): Promise<{ checks: Check[]; left_out: string[] }> {
  const marts = await readMarts(client)
  const chosen = marts.filter((mart) => isFull || hasPlaces(mart))
  return {
    checks: chosen.map((mart) => ({
      name: `${mart.name} equals its recomputation`,
      problems: () => {
        if (mart.is_refreshable) return compareRefreshed(client, mart)
        return hasPlaces(mart) ? compareWindows(client, mart, windows) : compareWhole(client, mart)
      }
    })),
    left_out: marts.filter((mart) => !chosen.includes(mart)).map(({ name }) => name)
  }
}

type Digest = { rows: string; sum: string }

async function compareWindows(
  client: ClickHouseClient,
  mart: Mart,
  windows: readonly Window[]
): Promise<string[]> {
  const held = await digestOf(client, mart, `${mart.name} WHERE ${heldCondition(mart, windows)}`)
  const again = mart.fillers
    .map((filler) => selectAgain(mart, filler, windowCondition(windows, topicOf(filler))))
    .join(' UNION ALL ')
  return difference(held, await digestOf(client, mart, `(${again})`))
}

async function compareWhole(client: ClickHouseClient, mart: Mart): Promise<string[]> {
  const replaces = mart.engine === 'ReplacingMergeTree'
  const held = await digestOf(client, mart, `${mart.name}${replaces ? ' FINAL' : ''}`)
  return difference(held, await digestOf(client, mart, `(${recompute(mart)})`))
}

/** What it is made of may change meanwhile; then it may equal what came out before or after. */
async function compareRefreshed(client: ClickHouseClient, mart: Mart): Promise<string[]> {
  const before = await digestOf(client, mart, `(${recompute(mart)})`)
  for (const { name } of mart.fillers) {
    await client.command({ query: `SYSTEM REFRESH VIEW ${name}` })
    await client.command({ query: `SYSTEM WAIT VIEW ${name}` })
  }
  const held = await digestOf(client, mart, mart.name)
  const after = await digestOf(client, mart, `(${recompute(mart)})`)
  const changed = difference(before, after).length > 0
  return changed || difference(held, before).length === 0 ? [] : difference(held, after)
}

/** A view with one table behind it, whose rows say where they came from. */
export function hasPlaces(mart: Mart): boolean {
  const has = (column: string) => mart.columns.some(({ name }) => name === column)
  const sources = new Set(mart.fillers.map(({ source }) => source))
  const isPlain = mart.fillers.every(
    ({ select }) => select.match(/\b(FROM|JOIN) [a-z_]+\.[a-z_]/g)?.length === 1
  )
  return (
    !mart.is_refreshable &&
    mart.engine === 'MergeTree' &&
    isPlain &&
    has('partition') &&
    has('offset') &&
    (sources.size === 1 || has('topic'))
  )
}

const topicOf = ({ source }: Filler) => `flipside.${source.split('.')[1] ?? ''}`

function heldCondition({ columns, fillers }: Mart, windows: readonly Window[]): string {
  const topics = [...new Set(fillers.map(topicOf))]
  if (!columns.some(({ name }) => name === 'topic')) return windowCondition(windows, topics[0] ?? '')
  const parts = topics.map((topic) => `(topic = '${topic}' AND ${windowCondition(windows, topic)})`)
  // What no topic explains must not be there at all.
  return [...parts, `topic NOT IN (${topics.map((topic) => `'${topic}'`).join(', ')})`].join(' OR ')
}

function recompute({ columns, fillers, engine, key }: Mart): string {
  const names = columns.map(({ name }) => name).join(', ')
  const again = fillers.map(({ select }) => `SELECT ${names} FROM (${select})`).join(' UNION ALL ')
  return engine === 'ReplacingMergeTree'
    ? `SELECT * FROM (${again}) ORDER BY offset DESC LIMIT 1 BY ${key}`
    : again
}

async function digestOf(client: ClickHouseClient, mart: Mart, from: string): Promise<Digest> {
  // A digest tells apart types too, and a view's query may be wider than the column that it fills.
  const cast = mart.columns.map(({ name, type }) => `CAST(${name} AS ${type})`).join(', ')
  // A sum of hashes does not depend on the order of rows.
  // As text, because a hash with a NULL among its arguments is NULL, and a sum skips it.
  const result = await client.query({
    query: `SELECT toString(count()) AS rows, toString(sum(cityHash64(toString(tuple(${cast}))))) AS sum FROM ${from}`,
    format: 'JSONEachRow'
  })
  const [row] = await result.json<Digest>()
  return row ?? { rows: '0', sum: '0' }
}

function difference(held: Digest, again: Digest): string[] {
  if (held.rows === again.rows && held.sum === again.sum) return []
  return [`holds ${held.rows} rows (digest ${held.sum}), recomputed ${again.rows} (${again.sum})`]
}
