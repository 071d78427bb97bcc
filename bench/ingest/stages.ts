import { join } from 'node:path'
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import { startWarehouse } from '../../embedded/start-warehouse.ts'
import { prepareBlock } from '../../ingest/block.ts'
import { openWarehouse } from '../../ingest/clickhouse.ts'
import { migrate } from '../../ingest/migrate.ts'
import { openRecentIds } from '../../ingest/recent-ids.ts'
import { tableOf } from '../../ingest/table-of.ts'
import { checkEvent } from '../../models/contracts/check-event.ts'
import type { LogRecord } from '../../models/contracts/event-log.ts'
import { cpuSecondsOf } from '../measure/process.ts'
import { makeMessages } from './fill.ts'

const EVENTS = 200_000
const BLOCK_ROWS = 10_000
const PASSWORD = 'bench'

/** CPU microseconds an event, of ingest's process and the warehouse's together. */
export type StageFigures = { parse: number; validate: number; look_up: number; insert: number; views: number }

/** The stages of a block one after another, without Kafka: inserts once with the views and once without them. */
export async function measureStages(dir: string): Promise<StageFigures> {
  const blocks = makeBlocks()
  const node = measureChecks(blocks.flatMap((block) => block.records))
  const without = await storeBlocks(join(dir, 'without-views'), blocks, dropViews)
  const all = await storeBlocks(join(dir, 'with-views'), blocks, async () => undefined)
  return {
    ...node,
    look_up: round(all.lookUp),
    insert: round(without.insert),
    views: round(all.insert - without.insert)
  }
}

type TopicBlock = { topic: string; records: LogRecord[] }

function makeBlocks(): TopicBlock[] {
  const open = new Map<string, { block: TopicBlock; next: number }>()
  const blocks: TopicBlock[] = []
  for (const { topic, message } of makeMessages(EVENTS)) {
    let last = open.get(topic)
    if (!last || last.block.records.length === BLOCK_ROWS) {
      last = { block: { topic, records: [] }, next: last?.next ?? 0 }
      open.set(topic, last)
      blocks.push(last.block)
    }
    last.block.records.push({
      offset: last.next++,
      key: message.key,
      value: Buffer.from(message.value)
    })
  }
  return blocks
}

function measureChecks(records: LogRecord[]) {
  const values = records.map(({ value }) => JSON.parse(value.toString('utf8')) as unknown)
  const measure = (work: () => void) => {
    work()
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return round((user + system) / records.length)
  }
  return {
    parse: measure(() => {
      for (const { value } of records) JSON.parse(value.toString('utf8'))
    }),
    validate: measure(() => {
      for (const value of values) checkEvent(value)
    })
  }
}

async function storeBlocks(
  dataDir: string,
  blocks: TopicBlock[],
  prepare: (client: ClickHouseClient) => Promise<void>
): Promise<{ lookUp: number; insert: number }> {
  const server = await startWarehouse({ dataDir, user: 'default', password: PASSWORD })
  const client = createClient({
    url: server.url,
    username: 'default',
    password: PASSWORD,
    log: { level: ClickHouseLogLevel.OFF }
  })
  const used = { lookUp: 0, insert: 0 }
  async function measure<Value>(stage: keyof typeof used, work: () => Promise<Value>): Promise<Value> {
    const read = async () =>
      process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6 + (await cpuSecondsOf(server.pid))
    const before = await read()
    const value = await work()
    used[stage] += (await read()) - before
    return value
  }
  try {
    await migrate(client, { SHOP_TIME_ZONE: 'Europe/London' })
    await prepare(client)
    const warehouse = openWarehouse(client)
    const recentIds = new Map<string, ReturnType<typeof openRecentIds>>()
    for (const { topic, records } of blocks) {
      const at = { topic, partition: 0 }
      const first = records[0]?.offset ?? 0
      const recent = recentIds.get(topic) ?? openRecentIds(at, warehouse)
      recentIds.set(topic, recent)
      const keep = (await warehouse.packerOf(tableOf(topic)))()
      const { table, rows } = prepareBlock(at, records, { epoch: 0, now: new Date().toISOString(), keep })
      const ids = rows.map((row) => row.event_id)
      await measure('lookUp', () => recent.findRepeats(ids, first))
      await measure('insert', () => warehouse.insert(table, rows, `${topic}:${first}`))
      recent.add(ids)
    }
    const count = blocks.reduce((sum, { records }) => sum + records.length, 0)
    return { lookUp: (used.lookUp * 1e6) / count, insert: (used.insert * 1e6) / count }
  } finally {
    await client.close()
    await server.close()
  }
}

async function dropViews(client: ClickHouseClient): Promise<void> {
  const query = `
    SELECT concat(database, '.', name) AS name FROM system.tables
    WHERE engine = 'MaterializedView' AND database IN ('mart', 'ops')`
  const views = await (await client.query({ query, format: 'JSONEachRow' })).json<{ name: string }>()
  for (const { name } of views) await client.command({ query: `DROP VIEW ${name}` })
}

const round = (value: number) => Number(value.toFixed(2))

if (import.meta.main) {
  const { mkdtemp, rm } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  const dir = await mkdtemp(join(tmpdir(), 'flipside-stages-'))
  process.stdout.write(`${JSON.stringify(await measureStages(dir))}\n`)
  await rm(dir, { recursive: true })
}
