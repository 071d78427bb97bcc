import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { countRows, readMarts, selectAgain } from '../checks/views.ts'
import { canFill, type Filling } from './cuts.ts'
import { onceSettings } from './once.ts'

/** Offsets that are filled at a time. A chunk is one block in memory, and each reads its table's column of offsets. */
export const CHUNK_OFFSETS = 100_000
const TRIES_MAX = 3
const LOOK_AGAIN_MS = 500

export type Fill = { view: string; topic: string; partition: number; next: number; end: number }
export type FillOptions = {
  told?(fill: Fill): void
  signal?: AbortSignal
  /** How long to wait for ranges that are not recorded; left out, until they are. */
  patienceMs?: number
  chunkOffsets?: number
}

/**
 * Fills the tables of new views with the rows from before their cuts. It does so chunk by chunk, and only where ranges
 * are recorded: there all that a block brings is stored, in the table and in what views fill, so an offset without rows in
 * the view's table is one that the view never saw. Of a block that is begun the end is waited for. A chunk is
 * compared before and after, and inserted under a token of its own: so it may end anywhere, and two processes may do it at
 * once. Answers what is left when the patience is at its end.
 */
export async function fillViews(client: ClickHouseClient, options: FillOptions = {}): Promise<Fill[]> {
  const { patienceMs = Infinity } = options
  let movedMs = performance.now()
  for (;;) {
    const open = await readOpen(client)
    let hasMoved = false
    for (const fill of open) hasMoved = (await fillPartition(client, fill, options)) || hasMoved
    const nowMs = performance.now()
    if (hasMoved) movedMs = nowMs
    else if (open.length === 0 || options.signal?.aborted || nowMs - movedMs > patienceMs) return open
    else await sleep(LOOK_AGAIN_MS, undefined, options.signal && { signal: options.signal }).catch(() => {})
  }
}

/** What is begun and not filled to its cut. */
async function readOpen(client: ClickHouseClient): Promise<Fill[]> {
  const rows = await rowsOf<Record<'view' | 'topic' | 'next' | 'end', string> & { partition: number }>(
    client,
    `SELECT view, topic, partition, toString(max(next_offset)) AS next, toString(any(end_offset)) AS end
     FROM ops.view_fills
     GROUP BY view, topic, partition
     HAVING max(next_offset) < any(end_offset)
     ORDER BY view, topic, partition`
  )
  return rows.map((row) => ({ ...row, next: Number(row.next), end: Number(row.end) }))
}

/** Answers whether it came any further. */
async function fillPartition(client: ClickHouseClient, fill: Fill, options: FillOptions): Promise<boolean> {
  const { view, topic, partition, end } = fill
  const { chunkOffsets = CHUNK_OFFSETS } = options
  const filling = await findFilling(client, view)
  const recorded = await readRecordedEnd(client, fill)
  let { next } = fill
  while (next < end && !options.signal?.aborted) {
    // The same chunks for everybody, because their tokens are made of them.
    const to = Math.min(end, (Math.floor(next / chunkOffsets) + 1) * chunkOffsets)
    if (to > recorded) break
    // Since the cut somebody may have dropped the view.
    if (filling) await fillChunk(client, filling, { ...fill, next, end: to })
    next = to
    await client.insert({
      table: 'ops.view_fills',
      values: [{ view, topic, partition, next_offset: next, end_offset: end }],
      format: 'JSONEachRow',
      clickhouse_settings: { async_insert: 0, insert_deduplicate: 0 }
    })
    options.told?.({ ...fill, next })
  }
  return next > fill.next
}

async function findFilling(client: ClickHouseClient, view: string): Promise<Filling | undefined> {
  return (await readMarts(client))
    .flatMap((mart) => mart.fillers.map((filler) => ({ mart, filler })))
    .find((filling) => filling.filler.name === view && canFill(filling))
}

/** Below it every row is whole: a range is recorded after its rows and what the views make of them. */
async function readRecordedEnd(client: ClickHouseClient, { topic, partition }: Fill): Promise<number> {
  const [row] = await rowsOf<{ end: string }>(
    client,
    `SELECT toString(max(last_offset) + 1) AS end FROM ops.ingest_blocks
     WHERE topic = '${topic}' AND partition = ${partition} HAVING count() > 0`
  )
  return Number(row?.end ?? 0)
}

async function fillChunk(client: ClickHouseClient, { mart, filler }: Filling, chunk: Fill): Promise<void> {
  const { view, topic, partition, next, end } = chunk
  const ofPlace = `partition = ${partition} AND offset >= ${next} AND offset < ${end}`
  const ofTopic = `topic = '${topic}' AND ${ofPlace}`
  const held = `${mart.name} WHERE ${mart.columns.some(({ name }) => name === 'topic') ? ofTopic : ofPlace}`
  const missing = `${ofTopic} AND offset NOT IN (SELECT offset FROM ${held})`
  for (let tries = 0; ; tries++) {
    const has = await countRows(client, held)
    const wanted = await countRows(client, `(${selectAgain(mart, filler, ofTopic)})`)
    if (has === wanted) return
    if (tries === TRIES_MAX || has > wanted) {
      throw new Error(
        `${mart.name} holds ${has} rows of ${topic}/${partition}, offsets ${next} to ${end}, but ${view} gives ${wanted}: stop ingest and run \`npm run replay -- --rebuild ${mart.name}\``
      )
    }
    await client.command({
      query: `INSERT INTO ${mart.name} (${mart.columns.map(({ name }) => name).join(', ')}) ${selectAgain(mart, filler, missing)}`,
      // A token that an engine kept without its rows must not stand for them for ever.
      clickhouse_settings: await onceSettings(
        client,
        `fill:${view}:${topic}:${partition}:${next}-${end}:${tries}`
      )
    })
  }
}

async function rowsOf<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  return (await client.query({ query, format: 'JSONEachRow' })).json<Row>()
}
