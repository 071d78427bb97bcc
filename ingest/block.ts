import { Value } from 'typebox/value'
import { parseEvent } from '../models/contracts/check-event.ts'
import {
  keepBody,
  REJECTED_TOPIC,
  RejectedMessageSchema,
  topicOf,
  type RejectedMessage
} from '../models/contracts/topics.ts'
import type { ShopEvent } from '../models/contracts/events.ts'
import type { LogRecord, TopicPartition } from '../models/contracts/event-log.ts'
import type { Honours } from './erased-people.ts'
import { tableOf } from './table-of.ts'

/** A contiguous range of a partition. `epoch` is 0 but for deliberate replays. */
export type Range = { first: number; last: number; epoch: number }

type Place = TopicPartition & { offset: number; epoch: number }

export type EventRow = ShopEvent & Place

/** A block made ready: rows by table, and what became of every record. What is neither is of people who were erased. */
export type Block<Kept = EventRow> = {
  table: string
  rows: Kept[]
  rejected: (RejectedMessage & Place)[]
  record_count: number
}

export const REJECTED_TABLE = 'raw.rejected'
export const BLOCKS_TABLE = 'ops.ingest_blocks'

export type BlockOptions<Kept> = {
  epoch: number
  now: string
  /** Of those who were erased nothing is stored that names them. Left out, nobody was. */
  people?: Honours | undefined
  /** What is kept of a row from then on. */
  keep: (row: EventRow) => Kept
}

/** The same records give the same rows. */
export function prepareBlock<Kept>(
  at: TopicPartition,
  records: LogRecord[],
  options: BlockOptions<Kept>
): Block<Kept> {
  const block = emptyBlock<Kept>(at)
  for (const record of records) addRecord(block, at, record, options)
  return block
}

export const emptyBlock = <Kept>({ topic }: TopicPartition): Block<Kept> => ({
  table: topic === REJECTED_TOPIC ? REJECTED_TABLE : tableOf(topic),
  rows: [],
  rejected: [],
  record_count: 0
})

/** Nothing of the record is held on to but what is kept of it. */
export function addRecord<Kept>(
  block: Block<Kept>,
  at: TopicPartition,
  record: LogRecord,
  { epoch, now, people, keep }: BlockOptions<Kept>
): void {
  block.record_count++
  const place = { ...at, offset: record.offset, epoch }
  function reject(message: RejectedMessage): void {
    block.rejected.push({ ...(people?.honourRejected(message) ?? message), ...place })
  }
  // What the collector refused is stored as it wrote it; a record that is no such message, as what it is.
  if (at.topic === REJECTED_TOPIC)
    return reject(readRejected(record) ?? rejection(at, record, 'not a rejected message', now))
  const parsed = parseEvent(record.value)
  if (!parsed.ok) return reject(rejection(at, record, parsed.reason, now))
  const topic = topicOf[parsed.value.type]
  if (topic !== at.topic)
    return reject(rejection(at, record, `type: ${parsed.value.type} belongs in ${topic}`, now))
  const kept = people ? people.honour(parsed.value) : parsed.value
  if (kept) block.rows.push(keep(Object.assign(kept, place)))
}

/** A log keeps what an earlier version wrote; the warehouse takes no half of a surrogate pair. */
function readRejected(record: LogRecord): RejectedMessage | undefined {
  try {
    const value: unknown = JSON.parse(record.value.toString('utf8'))
    if (!Value.Check(RejectedMessageSchema, value)) return undefined
    return {
      ...value,
      source: value.source.toWellFormed(),
      reason: value.reason.toWellFormed(),
      body: value.body.toWellFormed()
    }
  } catch {
    return undefined
  }
}

function rejection(at: TopicPartition, record: LogRecord, reason: string, now: string): RejectedMessage {
  return {
    rejected_at: now,
    source: 'ingest',
    reason: reason.toWellFormed(),
    from_topic: at.topic,
    from_partition: at.partition,
    from_offset: record.offset,
    ...keepBody(record.value)
  }
}
