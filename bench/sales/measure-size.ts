import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import { startWarehouse } from '../../embedded/start-warehouse.ts'
import { migrate } from '../../ingest/migrate.ts'
import { askMarts, type Asked } from './ask-marts.ts'
import { fillSales } from './fill.ts'

const PASSWORD = 'bench'
const REQUEST_MS_MAX = 600_000
const SETTLE_MS_MAX = 1_800_000
const LOOK_MS = 250
/** A merge may follow the one before. */
const QUIET_LOOKS = 8

export type Stored = {
  insert_per_s: number
  settle_s: number
  parts: number
  table_mb: number
  projections_mb: number
}
export type Measured = { lines: number } & Stored & { asked: Asked[] }

/** Fills an empty warehouse with so many lines, lets the engine's merges come to rest, and asks the marts as an analyst. */
export async function measureSize(
  lines: number,
  { times, tell }: { times: number; tell: (line: string) => void }
): Promise<Measured> {
  const dir = await mkdtemp(join(tmpdir(), 'flipside-sales-'))
  const analysts = `analyst:${PASSWORD}`
  const warehouse = await startWarehouse({ dataDir: dir, password: PASSWORD, analysts })
  const open = (username: string) =>
    createClient({
      url: warehouse.url,
      username,
      password: PASSWORD,
      request_timeout: REQUEST_MS_MAX,
      log: { level: ClickHouseLogLevel.OFF }
    })
  const [pipeline, analyst] = [open('default'), open('analyst')]
  try {
    await migrate(pipeline, { SHOP_TIME_ZONE: 'UTC' })
    const insertSeconds = await fillSales(pipeline, { lines, tell })
    const settle_s = await settle(pipeline)
    tell(`merges came to rest after ${settle_s} s`)
    const stored = {
      insert_per_s: Math.round(lines / insertSeconds),
      settle_s,
      ...(await readSizes(pipeline, lines))
    }
    return { lines, ...stored, asked: await askMarts({ pipeline, analyst, times, tell }) }
  } finally {
    await Promise.all([pipeline.close(), analyst.close()])
    await warehouse.close()
    await rm(dir, { recursive: true, force: true })
  }
}

/** A shop's engine merges in the background, too; nothing is merged by order here. */
async function settle(clickhouse: ClickHouseClient): Promise<number> {
  const startedAtMs = performance.now()
  for (let quiet = 0; quiet < QUIET_LOOKS;) {
    const [row] = await rowsOf<[number]>(clickhouse, 'SELECT toUInt32(count()) FROM system.merges')
    quiet = row?.[0] === 0 ? quiet + 1 : 0
    if (performance.now() - startedAtMs > SETTLE_MS_MAX) throw new Error('merges do not come to rest')
    await sleep(LOOK_MS)
  }
  return Math.round((performance.now() - startedAtMs) / 1000)
}

async function readSizes(clickhouse: ClickHouseClient, lines: number) {
  const [row] = await rowsOf<number[]>(
    clickhouse,
    `SELECT
      toUInt32(sum(rows) = ${lines}), toUInt32(count()), round((sum(bytes_on_disk) - sum(projection_bytes)) / 1e6, 1), round(sum(projection_bytes) / 1e6, 1)
    FROM system.parts
    LEFT JOIN
    (
      SELECT parent_name AS name, sum(bytes_on_disk) AS projection_bytes
      FROM system.projection_parts
      WHERE active AND database = 'mart' AND table = 'sales'
      GROUP BY name
    ) AS kept USING (name)
    WHERE active AND database = 'mart' AND table = 'sales'`
  )
  const [isComplete, parts = 0, table_mb = 0, projections_mb = 0] = row ?? []
  if (isComplete !== 1) throw new Error(`mart.sales does not hold ${lines} lines`)
  return { parts, table_mb, projections_mb }
}

async function rowsOf<Row>(clickhouse: ClickHouseClient, query: string): Promise<Row[]> {
  return (await clickhouse.query({ query, format: 'JSONCompactEachRow' })).json<Row>()
}
