import type { Committed, LogRecord, TopicPartition } from '../models/contracts/event-log.ts'
import {
  addRecord,
  BLOCKS_TABLE,
  emptyBlock,
  REJECTED_TABLE,
  type Block,
  type BlockOptions,
  type Range
} from './block.ts'
import { tokenOf, type Warehouse } from './clickhouse.ts'
import type { Honours } from './erased-people.ts'
import type { Wanted } from './mend.ts'
import { openRecentIds, type RecentIds } from './recent-ids.ts'
import type { Rejections } from './rejected/announce.ts'
import { Abandoned, type RetryForEver } from './retry.ts'
import type { RowId, RowPacker } from './row-binary.ts'
import { bytesOf, openWaitingRoom, type WaitingRoom } from './waiting-room.ts'

export const BLOCK_ROWS_MAX = 25_000
export const BLOCK_BYTES_MAX = 8 * 1024 * 1024
export const BLOCK_AGE_MS_MAX = 1_000

export type PartitionPorts = {
  warehouse: Warehouse
  commit(committed: Committed): Promise<void>
  retryForEver: RetryForEver
  /** Who is to be forgotten; left out, nobody is. */
  people?: Honours
  /** A broken invariant: the process must end, because going on could lose rows. */
  fail(error: unknown): void
  stored?(counts: BlockCounts): void
  rejections?: Rejections
  /** Shared by all partitions of a topic in a process. */
  waitingRoom?: WaitingRoom
}
export type BlockCounts = {
  records: number
  stored: number
  rejected: number
  repeats: number
  erased: number
}

/**
 * One partition of the log on its way into the warehouse, stored once and provably so. Per block, in this order:
 * commit the intent (first offset, with the range as metadata), insert under a token made from the range, record the
 * range, commit the offset after it. A crash anywhere repeats the same range with the same token; a repeat of a token
 * changes nothing but heals what a view had missed.
 */
export function openPartition(at: TopicPartition, committed: Committed | undefined, ports: PartitionPorts) {
  let pending = readIntent(committed)
  let open: Waiting | undefined
  let openPacker: () => RowPacker = () => (row) => row
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  let abandoned = false
  let held: ReadonlySet<number> = new Set()
  const recentIds = openRecentIds(at, ports.warehouse)
  const room = ports.waitingRoom ?? openWaitingRoom({ bytesMax: BLOCK_BYTES_MAX })
  const leaveRoom = room.join({
    bytes: () => (pending ? 0 : (open?.bytes ?? 0)),
    go: () => void close().catch(ports.fail)
  })
  const retryForEver: RetryForEver = (what, attempt) =>
    ports.retryForEver(what, () => (abandoned ? Promise.reject(new Abandoned(what)) : attempt()))

  return {
    /**
     * A begun range comes first. Else go on after what is stored, wherever the group is: neither a lost group nor one
     * that was set back may store everything again. Rows without a recorded range are of a block whose intent was lost
     * with the group: it is ended without them.
     */
    async start(): Promise<number> {
      const { warehouse } = ports
      openPacker = await retryForEver('columns', () => warehouse.packerOf(emptyBlock(at).table))
      if (pending) return pending.first
      const recorded = await retryForEver('next offset', () => warehouse.nextOffset(at))
      const next = Math.max(recorded, committed?.offset ?? 0)
      const beyond = await retryForEver('unrecorded rows', () => warehouse.storedFrom(at, next))
      const last = beyond.at(-1)
      if (last !== undefined) pending = { first: next, last, epoch: 0 }
      held = new Set(beyond)
      return next
    },
    /** Resolves when there is room for more, which may be before these are stored. */
    async take(records: LogRecord[]): Promise<void> {
      let bytes = bytesOf(records)
      // A begun range must become whole before it can be stored and make room.
      if (pending) room.add(bytes)
      else await room.enter(bytes)
      for (const record of records) {
        if (open && !pending && open.bytes + record.value.length > BLOCK_BYTES_MAX) await close()
        if (abandoned) return room.leave(bytes)
        open ??= openBlock(record.offset)
        addRecord(open.block, at, record, open)
        open.last = record.offset
        open.bytes += record.value.length
        bytes -= record.value.length
        if (pending ? record.offset >= pending.last : open.block.record_count >= BLOCK_ROWS_MAX) await close()
      }
      if (open && !pending) timer ??= setTimeout(() => void close().catch(ports.fail), BLOCK_AGE_MS_MAX)
    },
    /** Stores what waits; a range that was begun before stays for the next start. */
    async stop(): Promise<void> {
      if (pending) clearTimeout(timer)
      await (pending ? writing : close())
    },
    /**
     * The log took the partition away, perhaps to give it back: what waits here will be read again, by whoever has it
     * then, so storing it under a range of our own would store it twice.
     */
    async abandon(): Promise<void> {
      abandoned = true
      leaveRoom()
      clearTimeout(timer)
      room.leave(open?.bytes ?? 0)
      open = undefined
      await writing.catch(() => {})
    }
  }

  function openBlock(first: number): Waiting {
    return {
      first,
      last: first,
      bytes: 0,
      begun: pending,
      block: emptyBlock(at),
      epoch: pending?.epoch ?? 0,
      now: new Date().toISOString(),
      // What was begun may be stored already, and its token takes no other rows: erasure looks again later.
      people: pending ? undefined : ports.people,
      keep: openPacker()
    }
  }

  function close(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const waiting = open
    open = undefined
    if (waiting) {
      pending = undefined
      writing = writing
        .then(() => storeBlock(at, waiting, { ...ports, recentIds, retryForEver, held }))
        .catch((error: unknown) => {
          if (!(error instanceof Abandoned)) throw error
        })
        .finally(() => room.leave(waiting.bytes))
    }
    return writing
  }
}

/** A block that is being filled, or waits for its turn. Its events are packed: they would cost more memory than all else. */
type Waiting = BlockOptions<RowId> & {
  first: number
  last: number
  /** Of its records in the log, which bounds what is kept of them. */
  bytes: number
  /** The range that it has to be, of a block that was begun before. */
  begun: Range | undefined
  block: Block<RowId>
}

async function storeBlock(
  at: TopicPartition,
  { first, last, begun, block, epoch }: Waiting,
  { recentIds, held, ...ports }: PartitionPorts & { recentIds: RecentIds; held: ReadonlySet<number> }
): Promise<void> {
  const { warehouse, commit, retryForEver, rejections, stored } = ports
  if (begun && (first !== begun.first || last !== begun.last)) {
    throw new Error(
      `${at.topic}/${at.partition}: begun range ${begun.first}-${begun.last} reads as ${first}-${last} now`
    )
  }
  const range = { first, last, epoch }
  const token = tokenOf(at, range)
  if (!begun) {
    await retryForEver(`intent ${token}`, () => commit({ offset: first, metadata: JSON.stringify(range) }))
  }
  // A repeat is an event_id that stands at a lower offset of the same partition, in an earlier block or in this one. Rows
  // of this very range that are stored already stay in: the insert's token makes them harmless.
  const ids = block.rows.map(({ event_id }) => event_id)
  const repeats = await retryForEver(`look-up ${token}`, () => recentIds.findRepeats(ids, first))
  const rows = repeats.size === 0 ? block.rows : block.rows.filter((_, i) => !repeats.has(i))
  // Hardly ever is there anything held.
  const newOf = <Row extends { offset: number }>(all: Row[]) =>
    held.size === 0 ? all : all.filter(({ offset }) => !held.has(offset))
  /**
   * An insert that failed may have been cut off by the engine's end, and its token may have swallowed rows; or one view
   * refused its share while others, time and again, took theirs, until they had forgotten the token.
   */
  async function insertSurely(step: string, table: string, wanted: Wanted['rows']): Promise<void> {
    let isUnsure = begun !== undefined
    await retryForEver(`${step} ${token}`, () =>
      warehouse.insert(table, wanted, token).catch((error: unknown) => {
        isUnsure = true
        throw error
      })
    )
    if (!isUnsure) return
    await retryForEver(`look after ${step} ${token}`, () =>
      warehouse.mend({ table, rows: wanted, at, range })
    )
  }
  await insertSurely('insert', block.table, newOf(rows))
  recentIds.add(rows.map((row) => row.event_id))
  const announced = await retryForEver(`look-up rejected ${token}`, async () =>
    rejections?.findAnnounced(at, range, block.rejected)
  )
  const rejected = block.rejected.filter(({ offset }) => !announced?.has(offset))
  await insertSurely('insert rejected', REJECTED_TABLE, newOf(rejected))
  const counts = {
    records: block.record_count,
    stored: rows.length,
    rejected: rejected.length,
    repeats: block.rows.length - rows.length + block.rejected.length - rejected.length,
    erased: block.record_count - block.rows.length - block.rejected.length
  }
  const done = {
    ...at,
    first_offset: first,
    last_offset: last,
    epoch,
    ...counts,
    ingested_at: new Date().toISOString()
  }
  await insertSurely('record', BLOCKS_TABLE, [done])
  await rejections?.announce(at, rejected)
  await retryForEver(`commit ${token}`, () => commit({ offset: last + 1, metadata: '' }))
  stored?.(counts)
}

function readIntent(committed: Committed | undefined): Range | undefined {
  if (!committed?.metadata) return undefined
  const intent: unknown = JSON.parse(committed.metadata)
  if (typeof intent !== 'object' || intent === null) return undefined
  const { first, last, epoch } = intent as Record<string, unknown>
  if (typeof first !== 'number' || typeof last !== 'number' || typeof epoch !== 'number') return undefined
  return { first, last, epoch }
}
