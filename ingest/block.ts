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

/** A contiguous range of a partition. `epoch` is 0 but for deliberate replays. */
export type Range = { first: number; last: number; epoch: number }

type Place = TopicPartition & { offset: number; epoch: number }

/** A block made ready: rows by table, and what became of every record. */
export type Block = {
  table: string
  rows: (ShopEvent & Place)[]
  rejected: (RejectedMessage & Place)[]
  record_count: number
}

export const REJECTED_TABLE = 'raw.rejected'

/** Pure: the same records give the same rows. */
export function prepareBlock(at: TopicPartition, records: LogRecord[], epoch: number, now: string): Block {
  if (at.topic === REJECTED_TOPIC) return prepareRejected(at, records, epoch, now)
  const block: Block = {
    table: `raw.${at.topic.split('.')[1]}`,
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
      block.rows.push(Object.assign(parsed.value, place))
    } else {
      block.rejected.push({ ...rejection(at, record, reason ?? '', now), ...place })
    }
  }
  return block
}

/** What the collector refused is stored as it wrote it; a record that is no such message, as what it is. */
function prepareRejected(at: TopicPartition, records: LogRecord[], epoch: number, now: string): Block {
  const rejected = records.map((record) => {
    const message = readRejected(record) ?? rejection(at, record, 'not a rejected message', now)
    return { ...message, ...at, offset: record.offset, epoch }
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
