import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { hasPlaces } from '../checks/marts.ts'
import { readMarts, type Filler, type Mart } from '../checks/views.ts'
import { onceSettings } from './once.ts'

/** A view and the table that it fills. */
export type Filling = { mart: Mart; filler: Filler }

const TRIES_MAX = 3
const LOOK_AGAIN_MS = 50

/**
 * Notes, for every view that is new here, where it began. A view gets the rows of inserts that begin after it was
 * made. So this waits until the inserts have ended that run now: then all rows that came past the view are there to be
 * seen, and what comes later goes through it. The end of the rows of each partition is the cut. A later cut would do as
 * well, so a crash before the note harms nothing; the first note counts. Answers the views that cannot be filled.
 */
export async function noteCuts(client: ClickHouseClient): Promise<string[]> {
  const fresh = await findFresh(client)
  if (fresh.length === 0) return []
  await untilInsertsEnd(client)
  const left: string[] = []
  for (const filling of fresh) {
    const isFillable = canFill(filling)
    if (!isFillable && (await holdsRows(client, filling.filler.source))) left.push(filling.filler.name)
    await noteCut(client, filling.filler, isFillable)
  }
  return left
}

async function findFresh(client: ClickHouseClient): Promise<Filling[]> {
  const noted = await rowsOf<{ view: string }>(client, 'SELECT DISTINCT view FROM ops.view_fills')
  const known = new Set(noted.map(({ view }) => view))
  return (await readMarts(client))
    .filter((mart) => !mart.is_refreshable)
    .flatMap((mart) => mart.fillers.map((filler) => ({ mart, filler })))
    .filter(({ filler }) => !known.has(filler.name))
}

/** Its rows say where they come from, and from no other view of the same table: so what is missing can be seen. */
export const canFill = ({ mart, filler }: Filling): boolean =>
  hasPlaces(mart) &&
  filler.source.startsWith('raw.') &&
  mart.fillers.filter(({ source }) => source === filler.source).length === 1

async function untilInsertsEnd(client: ClickHouseClient): Promise<void> {
  const running = "SELECT query_id FROM system.processes WHERE query_kind = 'Insert'"
  const begun = (await rowsOf<{ query_id: string }>(client, running)).map(({ query_id }) => query_id)
  for (let left = begun; left.length > 0;) {
    await sleep(LOOK_AGAIN_MS)
    const now = new Set((await rowsOf<{ query_id: string }>(client, running)).map((row) => row.query_id))
    left = left.filter((id) => now.has(id))
  }
}

/** Under a token, so that of two processes one notes: both must go by the same cut. */
async function noteCut(
  client: ClickHouseClient,
  { name, source }: Filler,
  isFillable: boolean
): Promise<void> {
  const places = `SELECT topic, partition, max(offset) + 1 AS end_offset FROM ${source} GROUP BY topic, partition`
  const ends = isFillable
    ? await rowsOf<{ topic: string; partition: number; end_offset: string }>(client, places)
    : []
  const nothing = { topic: '', partition: 0, end_offset: '0' }
  const values = (ends.length > 0 ? ends : [nothing]).map((end) => ({ view: name, next_offset: 0, ...end }))
  for (let tries = 1; tries <= TRIES_MAX; tries++) {
    await client.insert({
      table: 'ops.view_fills',
      values,
      format: 'JSONEachRow',
      clickhouse_settings: await onceSettings(client, `cut:${name}:${tries}`)
    })
    // An engine that was killed may have kept the token and not the rows.
    if (await holdsRows(client, 'ops.view_fills', `view = '${name}'`)) return
  }
  throw new Error(`the cut of ${name} could not be noted`)
}

async function holdsRows(client: ClickHouseClient, table: string, condition = '1'): Promise<boolean> {
  return (await rowsOf(client, `SELECT 1 FROM ${table} WHERE ${condition} LIMIT 1`)).length > 0
}

async function rowsOf<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  return (await client.query({ query, format: 'JSONEachRow' })).json<Row>()
}
