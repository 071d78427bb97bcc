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

/** A block made ready: rows by table, and what became of every record. What is neither is of people who were erased. */
export type Block = {
  table: string
  rows: (ShopEvent & Place)[]
  rejected: (RejectedMessage & Place)[]
  record_count: number
}

export const REJECTED_TABLE = 'raw.rejected'

/** Pure: the same records give the same rows. Of `people` who were erased nothing is stored that names them. */
export function prepareBlock(
  at: TopicPartition,
  records: LogRecord[],
  epoch: number,
  now: string,
  people?: Honours
): Block {
  if (at.topic === REJECTED_TOPIC) return prepareRejected(at, records, epoch, { now, people })
  const block: Block = {
    table: tableOf(at.topic),
    rows: [],
    rejected: [],
    record_count: records.length
  }
  for (const record of records) {
    const place = { ...at, offset: record.offset, epoch }
    const parsed = parseEvent(record.value)
    const reason = !parsed.ok
      ? parsed.reason
      : topicOf[parsed.value.type] === at.topic
        ? undefined
        : `type: ${parsed.value.type} belongs in ${topicOf[parsed.value.type]}`
    if (parsed.ok && reason === undefined) {
      const kept = people ? people.honour(parsed.value) : parsed.value
      if (kept) block.rows.push(Object.assign(kept, place))
    } else {
      const message = rejection(at, record, reason ?? '', now)
      block.rejected.push({ ...(people?.honourRejected(message) ?? message), ...place })
    }
  }
  return block
}

/** What the collector refused is stored as it wrote it; a record that is no such message, as what it is. */
function prepareRejected(
  at: TopicPartition,
  records: LogRecord[],
  epoch: number,
  { now, people }: { now: string; people: Honours | undefined }
): Block {
  const rejected = records.map((record) => {
    const message = readRejected(record) ?? rejection(at, record, 'not a rejected message', now)
    return { ...(people?.honourRejected(message) ?? message), ...at, offset: record.offset, epoch }
  })
  return { table: REJECTED_TABLE, rows: [], rejected, record_count: records.length }
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
