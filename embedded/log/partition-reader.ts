import { closeSync, existsSync, fstatSync, openSync } from 'node:fs'
import type { LogRecord, TopicPartition } from '../../models/contracts/event-log.ts'
import { searchIndex, type IndexEntry } from './index-file.ts'
import { RecordReader } from './record-reader.ts'
import { nameOf, partitionFile } from './topics.ts'
import { FILE_HEADER_BYTES, readWatermark } from './watermark.ts'

export const LOG_START: IndexEntry = { offset: 0, position: FILE_HEADER_BYTES }

/** What a consumer reads of one partition: only synced records, so that none is ever taken back. */
export type PartitionReader = { read(): Promise<LogRecord[]>; close(): void }

/** Undefined while nobody has written to the partition. */
export async function openReader(
  dir: string,
  at: TopicPartition,
  offset: number
): Promise<PartitionReader | undefined> {
  const file = partitionFile(dir, at, 'log')
  const descriptor = openOrUndefined(file)
  if (descriptor === undefined) {
    if (offset > 0) throw beyondEnd(at, { offset, end: 0 })
    return undefined
  }
  try {
    const reader = await seek({ dir, at, offset, descriptor })
    return {
      async read() {
        const mark = readWatermark(descriptor)
        if (!mark || mark.position <= reader.position) return []
        return reader.read({ end: mark.position, syncedEnd: mark.position })
      },
      close: () => closeSync(descriptor)
    }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

/** The offset that the partition's next record gets; 0 while there is no file. */
export function readNextOffset(dir: string, at: TopicPartition): number {
  const descriptor = openOrUndefined(partitionFile(dir, at, 'log'))
  if (descriptor === undefined) return 0
  try {
    return readWatermark(descriptor)?.nextOffset ?? 0
  } finally {
    closeSync(descriptor)
  }
}

/**
 * A committed offset may lie behind the watermark after a loss of power, because the watermark is not synced by
 * itself; what a consumer has once seen is whole none the less, so the walk goes by the records alone.
 */
async function seek(to: { dir: string; at: TopicPartition; offset: number; descriptor: number }) {
  const { descriptor, offset } = to
  const file = partitionFile(to.dir, to.at, 'log')
  const end = fstatSync(descriptor).size
  const range = { end, syncedEnd: end }
  const start = (start: IndexEntry) => new RecordReader({ descriptor, file, start })
  const hint = searchIndex(partitionFile(to.dir, to.at, 'index'), (entry) => entry.offset <= offset).last
  let reader = start(LOG_START)
  if (hint && (await isRecordAt(start(hint), end))) reader = start(hint)
  while (reader.nextOffset < offset) {
    const records = await reader.read({ ...range, recordsMax: Math.min(10_000, offset - reader.nextOffset) })
    if (records.length === 0) throw beyondEnd(to.at, { offset, end: reader.nextOffset })
  }
  return reader
}

async function isRecordAt(reader: RecordReader, end: number): Promise<boolean> {
  try {
    // A hint may be the end itself, where no record is yet.
    return (await reader.read({ end, syncedEnd: 0, recordsMax: 1 })).length === 1
  } catch {
    return false
  }
}

function beyondEnd(at: TopicPartition, { offset, end }: { offset: number; end: number }): Error {
  return new Error(`offset ${offset} is beyond the end of ${nameOf(at)}, which is ${end}`)
}

function openOrUndefined(file: string): number | undefined {
  // Idle consumers ask many times a second, and an exception costs ten times as much.
  return existsSync(file) ? openSync(file, 'r') : undefined
}
