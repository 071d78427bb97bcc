import type { ClickHouseClient } from '@clickhouse/client'
import type { LogRecord } from '../../models/contracts/event-log.ts'
import { BLOCKS_TABLE, prepareBlock, REJECTED_TABLE, type Range } from '../block.ts'
import { tokenOf, type Warehouse } from '../clickhouse.ts'
import { readTombstones } from '../erase-people.ts'
import { openPeople, type Honours } from '../erased-people.ts'
import type { Wanted } from '../mend.ts'
import { tableOf } from '../table-of.ts'
import type { BlockCounts } from '../partition.ts'
import { cutBlocks } from './cut-blocks.ts'
import { decideBlock, type Balance, type Decision } from './decide.ts'
import type { LogRange } from './hold-group.ts'
import { readBalance, readNext, writeStep, type Replay } from './journal.ts'
import { readKnown } from './known.ts'

export type ReplayPorts = {
  client: ClickHouseClient
  warehouse: Warehouse
  read(range: LogRange, each: (records: LogRecord[]) => Promise<void>): Promise<void>
  /** Told of every block. */
  done?(range: Range, counts: BlockCounts & { restored: number }): void
}
export type ReplayTotals = BlockCounts & { restored: number; must_rebuild: boolean }

/**
 * Reads a range of the log again and stores what is missing, block by block: insert under a token of its own epoch,
 * then record the range. It must be the only one that stores anything meanwhile. After a crash the same replay goes on
 * behind its last recorded range. Marts may hold what a lost row had brought; then they must be rebuilt afterwards.
 */
export async function replayRange(
  replay: Replay,
  ports: ReplayPorts,
  { isDryRun = false }: { isDryRun?: boolean } = {}
): Promise<ReplayTotals> {
  const { client } = ports
  const totals: ReplayTotals = {
    records: 0,
    stored: 0,
    rejected: 0,
    repeats: 0,
    erased: 0,
    restored: 0,
    must_rebuild: replay.must_rebuild
  }
  const people = openPeople()
  people.replace(await readTombstones(client))
  const next = await readNext(client, replay)
  let balance = await readBalance(client, replay, { next, table: tableOf(replay.topic) })
  const blocks = cutBlocks(async (records) => {
    const { range, decision, table } = await prepare(replay, records, { client, people }, balance)
    balance = decision.balance
    const needsMarts = decision.restored > 0 && !totals.must_rebuild
    totals.must_rebuild ||= decision.restored > 0
    if (!isDryRun) {
      // Before the rows: after a crash between the two, one rebuild too many is better than none.
      if (needsMarts) await writeStep(client, replay, 'marts')
      await store(replay, { range, decision, table }, ports.warehouse)
    }
    add(totals, decision)
    ports.done?.(range, { ...decision.counts, restored: decision.restored })
  })
  if (next <= replay.last) await ports.read({ ...replay, first: next }, blocks.take)
  await blocks.end()
  return totals
}

async function prepare(
  replay: Replay,
  records: LogRecord[],
  { client, people }: { client: ClickHouseClient; people: Honours },
  balance: Balance
): Promise<{ range: Range; decision: Decision; table: string }> {
  const at = { topic: replay.topic, partition: replay.partition }
  const range = { first: records[0]?.offset ?? 0, last: records.at(-1)?.offset ?? 0, epoch: replay.epoch }
  const block = prepareBlock(at, records, {
    epoch: replay.epoch,
    now: new Date().toISOString(),
    people,
    keep: (row) => row
  })
  const known = await readKnown(client, {
    at,
    range,
    table: block.table,
    eventIds: block.rows.map(({ event_id }) => event_id),
    rejected: block.rejected
  })
  return { range, decision: decideBlock(block, known, balance), table: block.table }
}

async function store(
  { topic, partition }: Replay,
  { range, decision, table }: { range: Range; decision: Decision; table: string },
  warehouse: Warehouse
): Promise<void> {
  const at = { topic, partition }
  const token = tokenOf(at, range)
  // It may be repeated, after whatever it was that interrupted it.
  async function insertSurely(into: string, rows: Wanted['rows']): Promise<void> {
    await warehouse.insert(into, rows, token)
    await warehouse.mend({ table: into, rows, at, range })
  }
  await insertSurely(table, decision.rows)
  await insertSurely(REJECTED_TABLE, decision.rejected)
  const done = {
    topic,
    partition,
    first_offset: range.first,
    last_offset: range.last,
    epoch: range.epoch,
    ...decision.counts,
    ingested_at: new Date().toISOString()
  }
  await insertSurely(BLOCKS_TABLE, [done])
}

function add(totals: ReplayTotals, { counts, restored }: Decision): void {
  totals.records += counts.records
  totals.stored += counts.stored
  totals.rejected += counts.rejected
  totals.repeats += counts.repeats
  totals.erased += counts.erased
  totals.restored += restored
}
