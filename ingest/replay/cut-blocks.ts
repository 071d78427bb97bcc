import type { LogRecord } from '../../models/contracts/event-log.ts'
import { BLOCK_BYTES_MAX, BLOCK_ROWS_MAX } from '../partition.ts'

/**
 * Cuts a stream of records into blocks as ingest does, but never by time: the same records from the same offset on make
 * the same blocks, so a replay that goes on after a crash uses the same tokens.
 */
export function cutBlocks(store: (records: LogRecord[]) => Promise<void>) {
  let waiting: LogRecord[] = []
  let waitingBytes = 0

  async function end(): Promise<void> {
    const records = waiting
    waiting = []
    waitingBytes = 0
    if (records.length > 0) await store(records)
  }

  return {
    async take(records: LogRecord[]): Promise<void> {
      for (const record of records) {
        if (waiting.length > 0 && waitingBytes + record.value.length > BLOCK_BYTES_MAX) await end()
        waiting.push(record)
        waitingBytes += record.value.length
        if (waiting.length >= BLOCK_ROWS_MAX) await end()
      }
    },
    end
  }
}
